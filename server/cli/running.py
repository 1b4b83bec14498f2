"""`yihu serve` and `yihu worker`: the processes of an instance."""

from __future__ import annotations

import sys

import click

from server.cli import demo
from server.cli.children import Children, PortTaken, refuse_taken_port, wait_until_served
from server.cli.instance import application, instance
from server.config import ROOT, Settings, read_settings
from server.jobs.worker import work


@click.command()
def serve() -> None:
    """Serve the instance: web and background work, until Ctrl-C.

    Prints the addresses when it is ready. Ends, and ends both, when one of the two dies.
    """
    from server.backup.serving import refuse_half_restored

    with instance() as settings:
        refuse_half_restored(settings)
        accounts = demo.lines(settings)
    try:
        refuse_taken_port(settings.host, settings.port)
    except PortTaken as taken:
        raise click.ClickException(
            f"端口 {settings.port} 已经有别的程序在用。换一个：PORT={settings.port + 1} make run"
        ) from taken
    with Children() as children:
        children.start("网页服务", [sys.executable, "-m", "gunicorn", *_gunicorn()])
        children.start("后台任务", [sys.executable, "-m", "server.cli", "worker"])
        if wait_until_served(settings, children):
            click.echo("\n".join(_welcome(settings, accounts)))
            sys.stdout.flush()
        died = children.wait()
    if died:
        raise click.ClickException(f"{died}意外停了，全部已停止。看上面的日志，再启动一次。")
    click.echo("已停止。")


@click.command()
@click.option("--workers", default=1, show_default=True, help="Jobs at the same time.")
def worker(workers: int) -> None:
    """Do the background work of the instance until a signal ends it."""
    from server import job_kinds
    from server.backup import serving

    assert job_kinds  # noqa: S101  imported for the kinds of work that it registers
    settings = read_settings()
    app = application(settings)
    serving.begin(app, settings)
    work(app, workers)


def _gunicorn() -> list[str]:
    return ["-c", str(ROOT / "gunicorn.conf.py"), "--chdir", str(ROOT), "wsgi:app"]


def _welcome(settings: Settings, accounts: list[str]) -> list[str]:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    base = f"{'https' if settings.https else 'http'}://{host}:{settings.port}"
    return [
        "",
        "一户已启动 / Yihu is running",
        f"  手机端 phone app       {base}/",
        f"  镇里审核 township desk  {base}/console/",
        f"  接口说明 API            {base}/api/",
        *accounts,
        "按 Ctrl-C 停止 / Ctrl-C ends all of it",
        "",
    ]
