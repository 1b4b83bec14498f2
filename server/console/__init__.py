"""The township desk: pages in Chinese over the read sides of everything below."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Add all pages under `/console/`, their formats, and their error pages."""
    from server.console import (
        acts,
        audit,
        bulletins,
        carry,
        cases,
        checks,
        checkup,
        disputes,
        due,
        duplicates,
        entitlements,
        errors,
        export,
        files,
        forms,
        health,
        helping,
        house_ledgers,
        household_paper,
        households,
        houses,
        incomes,
        left_behind,
        notices,
        people,
        policy,
        printed_files,
        printing,
        problems,
        record,
        register_lists,
        review,
        roster_withdrawal,
        rosters,
        say,
        scans,
        sessions,
        sheets,
        square_code,
        start,
        static,
    )
    from server.console.blueprint import blueprint

    screens = (
        acts,
        audit,
        bulletins,
        carry,
        cases,
        checks,
        checkup,
        disputes,
        due,
        duplicates,
        entitlements,
        export,
        files,
        forms,
        health,
        helping,
        house_ledgers,
        household_paper,
        households,
        houses,
        incomes,
        left_behind,
        notices,
        people,
        policy,
        printed_files,
        printing,
        problems,
        record,
        register_lists,
        review,
        roster_withdrawal,
        rosters,
        scans,
        sessions,
        sheets,
        start,
        static,
    )
    if all(screen.__name__ for screen in screens):
        app.register_blueprint(blueprint)
        app.register_blueprint(square_code.blueprint)
    say.init_app(app)
    errors.init_app(app)
