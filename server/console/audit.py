"""查阅记录: who did what to which record, and why; only looked at, never changed."""

from __future__ import annotations

from flask import Response, request, url_for

from server.accounts import queries as accounts
from server.accounts.rights import needs
from server.console import queries
from server.console.blueprint import blueprint
from server.console.listing import page_number
from server.console.page import page
from server.database import reading

PAGE = 100
#: What the trail's actions are called.
ACTIONS = {
    "desk.sign_in": "登录电脑端",
    "id_number.seen": "看证件全号",
    "household_file.printed": "打印户档",
    "paper.scanned": "交扫描件",
    "paper.material": "登记材料存放",
    "paper.aside": "扫描页不归档",
    "paper.waiting": "扫描页重新等指定",
    "sheet.printed": "打印卡和表",
    "checkup.explained": "说明体检的一项",
    "checkup.reopened": "撤回体检的说明",
    "checkup.exported": "导出档案体检",
    "households.exported": "导出农户表",
    "members.exported": "导出家庭成员",
    "problems.exported": "导出问题诉求",
    "cases.exported": "导出监测户",
    "houses.exported": "导出住房台账",
    "incomes.exported": "导出收入核算",
    "left_behind.exported": "导出留守联系",
    "measures.exported": "导出帮扶措施",
    "exit_checks.exported": "导出退出核查",
    "roster.import": "导入花名册",
    "unclaimed.exported": "导出可能未享受名单",
    "set": "电脑上填写",
    "check.quarantine.closed": "没并入的核对后留着",
    "check.mismatch.closed": "以先到的一份为准",
    "check.absent.closed": "核实没见到人的户",
    "check.welfare_stop.closed": "核实停发",
    "check.unclaimed.closed": "核实可能未享受",
    "check.register_odd.closed": "核实户档里对不上的",
    "check.dropout.closed": "核实没在上学的孩子",
    "policy.entered": "改政策",
    "policy.withdrawn": "撤回政策",
    "form.published": "发布表单",
    "form.withdrawn": "撤回表单",
    "form.restored": "恢复表单",
    "review.approve": "审核通过",
    "review.approve_with_note": "通过并提醒",
    "review.return": "退回修改",
    "review.reject": "作废",
    "review.undo": "撤销审核",
    "settle": "核定",
    "record.admitted": "核对后并入",
    "second.taken": "改用后到的一份",
    "join": "合并重复",
    "told-apart": "不是同一个",
    "visits.same": "同一次走访",
    "visits.apart": "两次走访",
    "act.withdraw": "撤回决定",
    "act.restore": "恢复决定",
    "roster.withdraw": "整批撤回花名册",
    "roster.restore": "整批恢复花名册",
    "device.revoked": "停用手机",
    "carry.imported": "导入手机文件",
    "carry.refused": "手机文件待认可",
    "carry.accepted": "认可手机文件",
    "device-signed-in": "登录手机",
    "device-signed-out": "退出手机",
    "password.reset": "重设密码",
    "person.added": "添加人员",
    "helper.assigned": "交给帮扶责任人",
    "helper.released": "结束帮扶",
    "person.disabled": "停用账号",
    "person.enabled": "恢复账号",
}


@blueprint.get("/audit/")
@needs("audit")
def audit() -> Response:
    """A page of the trail, newest first."""
    action = request.args.get("action", "")
    who = request.args.get("by", "")
    number = page_number()
    with reading() as session:
        rows, total = queries.audit_events(session, action, who, PAGE, (number - 1) * PAGE)
        people = [(person.id, person.name) for person in accounts.people(session)]
        phones = queries.phone_names(session, {row.subject for row in rows})
    kept = {name: request.args[name] for name in ("action", "by") if request.args.get(name)}
    return page(
        "audit.html",
        "audit",
        rows=rows,
        total=total,
        action=action,
        who=who,
        actions=ACTIONS,
        names=dict(people),
        subjects=phones | dict(people),
        people=people,
        page=number,
        pages=max(1, -(-total // PAGE)),
        page_url=lambda n: url_for("console.audit", **{**kept, "page": n}),
    )
