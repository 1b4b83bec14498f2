"""Invented households of three sizes, and pictures for them."""

import hashlib
from dataclasses import replace
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from server.household_file.content.facts import (
    Claim,
    Fact,
    Issue,
    Item,
    Member,
    Photo,
    ReviewStep,
    Signature,
    Used,
    Visit,
)
from server.household_file.content.file import HouseholdFile

RARE = ("张㛃", "王䶮", "李𬭎", "赵𠅤", "孙𫖯", "周㙓")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(birth: str, serial: int) -> str:
    """A well-formed ID number of the unassigned prefix 379999, with its check character."""
    body = f"379999{birth}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def yes_no(chosen: str, labels: tuple[str, ...] = ("是", "否")) -> Fact:
    return Fact(chosen, options=tuple((label, label == chosen) for label in labels))


def a_member(number: int, name: str, relation: str) -> Member:
    year = 1948 + 6 * number
    facts = {
        "person_name": Fact(name),
        "sex": Fact("男" if number % 2 else "女"),
        "id_number": Fact(id_number(f"{year}0412", 10 + number)),
        "relation": Fact(relation),
        "ethnicity": Fact("汉族"),
        "birth_date": Fact(f"{year}-04-12"),
        "education": Fact("初中"),
        "student_status": Fact("七年级" if number == 10 else "非在校生"),
        "school_name": Fact("果里中学" if number == 10 else ""),
        "health_status": Fact("长期慢性病" if number == 2 else "健康"),
        "chronic_disease": Fact("高血压、糖尿病" if number == 2 else ""),
        "labour": Fact("弱劳动力或半劳动力" if number == 1 else "普通劳动力"),
        "work": Fact("省外" if number == 3 else "未务工"),
        "work_months": Fact("11" if number == 3 else ""),
        "work_place": Fact("江苏苏州电子厂" if number == 3 else ""),
        "medical_insured": yes_no("是"),
        "pension_insured": yes_no("否"),
        "left_behind_type": Fact("留守老人" if number == 1 else "非留守"),
        "member_phone": Fact("13900005568"),
    }
    return Member(f"person-{number}", facts)


@cache
def picture(number: int, size: tuple[int, int] = (728, 546)) -> bytes:
    """A photo as the upload's thumbnail would be: a plain scene that compresses like one."""
    image = Image.new("RGB", size, (168, 196, 224))
    draw = ImageDraw.Draw(image)
    width, height = size
    for row in range(height // 2, height):
        draw.line([(0, row), (width, row)], fill=(120 + row % 40, 140 + number % 60, 90))
    left, top = width // 4, height // 3
    draw.rectangle([left, top, 3 * left, 2 * top], fill=(180, 110 + number % 90, 90))
    draw.polygon(
        [(left - 20, top), (width // 2, top // 2), (3 * left + 20, top)], fill=(90, 60, 60)
    )
    out = BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


@cache
def drawn_signature() -> bytes:
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.line([(40, 150), (120, 40), (180, 160), (300, 60), (420, 150), (560, 80)], "black", 7)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class Pictures:
    """A store of pictures by their hash."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self.kept[digest] = content
        return digest

    def __call__(self, sha256: str) -> bytes:
        return self.kept[sha256]


ACCOUNT = (
    "下午见到户主夫妻。户主说开春先把二亩麦地的返青肥追上，家里养的六只羊年前已经卖完，"
    "准备清明前后再进一批羊羔。张㛃一直吃降压药，近来口渴、乏力，已约好下周到镇卫生院查血糖。\n"
    "儿子过完年还在家，说节后可能换厂，工资没有定下来。孙女开学报到正常。老人行动慢，白天由儿媳照看。"
)


def a_visit(number: int, *, full: bool, photos: tuple[int, ...] = (), **given: object) -> Visit:
    on = f"{2026 - number // 12}-{12 - number % 12:02d}-{18 - number % 9:02d}"
    visit = Visit(
        instance_id=f"visit-{number}",
        on=on,
        by=("李明远",),
        role="第一书记",
        companions=("田野",) if number % 3 == 0 else (),
        kind="月走访",
        result="见到户主",
        full=full,
        met="张㛃、王䶮",
        relation="户主、妻",
        summary="张㛃约查血糖；儿子可能换厂，其他没有变化",
        account=ACCOUNT if full else "",
        answers=(
            Item("food_ok", "不愁吃", yes_no("是")),
            Item("clothes_ok", "不愁穿", yes_no("是")),
            Item("edu_ok", "义务教育", yes_no("有保障", ("有保障", "存在问题", "不适用"))),
            Item("medical_ok", "基本医疗", yes_no("有保障", ("有保障", "存在问题", "不适用"))),
            Item("water_ok", "饮水安全", yes_no("有保障", ("有保障", "存在问题", "不适用"))),
            Item("housing_ok", "住房安全", yes_no("安全", ("安全", "需鉴定", "危险"))),
            Item("income_change", "收入变化", yes_no("持平", ("增加", "持平", "减少"))),
            Item("expense_shock", "有大额支出", yes_no("是")),
            Item("expense_kind", "支出类别", Fact("医疗自付")),
            Item("expense_amount", "自付金额", Fact("860.00 元")),
            Item("publicity", "政策宣传", Fact("健康、低保救助、反诈")),
        ),
        issues=(
            Issue(
                "诉求：医疗", "张㛃申请门诊慢特病资格", "镇级", "吴晓梅", "2026-03-24", "正在办理"
            ),
            Issue(
                "诉求：就业", "儿子想就近找焊工岗位", "镇级", "田野", "2026-03-05", "已推荐 2 家"
            ),
        )
        if number % 4 == 0
        else (),
        photos=photos,
        steps=(ReviewStep("镇", "周敏", on),),
    )
    return replace_given(visit, given)


def replace_given(visit: Visit, given: dict[str, object]) -> Visit:
    return replace(visit, **given)  # type: ignore[arg-type]


FACTS = {
    "phone": Fact("13900005568"),
    "household_type": Fact("脱贫户（享受政策）"),
    "identify_standard": Fact("国家标准"),
    "identify_year": Fact("2014"),
    "exit_year": Fact("2018"),
    "welfare": Fact("低保、贫困残疾人家庭"),
    "cause_main": Fact("因病"),
    "cause_other": Fact("缺技术、缺劳力"),
    "family_size": Fact("6"),
    "labour_count": Fact("3"),
    "farmland_mu": Fact("5.2"),
    "forest_mu": Fact("1.0"),
    "coop_joined": yes_no("是"),
    "house_area": Fact("86.0"),
    "house_structure": Fact("砖木"),
    "house_year": Fact("2006"),
    "house_grade": Fact("B级"),
    "security_path": Fact("鉴定安全"),
    "water_source": Fact("集中供水（自来水）"),
    "water_quantity": Fact("达标"),
    "electricity": yes_no("是"),
    "broadband": yes_no(""),
    "toilet": Fact("水冲式"),
    "fuel": Fact("电、柴草"),
    "food_ok": yes_no("是"),
    "clothes_ok": yes_no("是"),
    "edu_ok": yes_no("有保障", ("有保障", "存在问题", "不适用")),
    "bank_name": Fact("果里镇农村信用社"),
    "bank_account": Fact("************3308"),
    "helper_name": Fact("田野"),
    "helper_unit": Fact("桓台县水务局"),
}
RELATIONS = (
    "户主",
    "妻",
    "子",
    "儿媳",
    "孙子",
    "孙女",
    "母亲",
    "父亲",
    "弟",
    "弟媳",
    "侄子",
    "侄女",
)


def a_file(**given: object) -> HouseholdFile:
    """A household as registered today, with nothing but a name."""
    base: dict[str, object] = {
        "household_id": "6f1c0a52-0000-4000-8000-000000000001",
        "household_no": "37999911021700017",
        "as_of": "2026-11-22",
        "county": "桓台县",
        "town": "果里镇",
        "village": "三里村",
        "village_code": "370321110217",
        "head": Fact("李𬭎"),
        "address": Fact("果里镇三里村二组 18 号"),
        "facts": {},
    }
    return HouseholdFile(**(base | given))  # type: ignore[arg-type]


def empty(pictures: Pictures) -> HouseholdFile:
    """A household of one, registered on a phone, nothing known, nothing reviewed."""
    return a_file(
        household_no="",
        head=Fact("李𬭎", reviewed=False),
        address=Fact("果里镇三里村", reviewed=False),
        members=(
            Member(
                "p1",
                {
                    "person_name": Fact("李𬭎", reviewed=False),
                    "relation": Fact("户主", reviewed=False),
                    "id_missing_reason": Fact("证件丢失", reviewed=False),
                },
            ),
        ),
        used=(Used("i1", "农户信息采集", "2026112201", "2026-11-20", "李明远", "received"),),
    )


def usual(pictures: Pictures) -> HouseholdFile:
    """Six people with rare names, four visits, six photos (one missing), one dispute."""
    photos = tuple(
        Photo(
            pictures.keep(picture(number)), title, "2026年12月18日", "张㛃家堂屋", "张㛃", "李明远"
        )
        for number, title in enumerate(
            ("家庭成员合影", "慢性病用药和处方", "住房外观", "入户自来水")
        )
    )
    tall = Photo(pictures.keep(picture(7, (410, 546))), "西屋北墙", by="马建国", reviewed=False)
    gone = Photo("", "灶台", "2026年12月18日", by="李明远")
    signature = pictures.keep(drawn_signature())
    disputed = Fact(
        "13900005568",
        disputed=(
            Claim("13900005568", "李明远", "2026-11-18"),
            Claim("13900008468", "何静", "2026-11-18"),
        ),
    )
    pending = Fact("86.0", pending=(Claim("92.0", "何静", "2026-11-20"),))
    return a_file(
        head=Fact(RARE[0]),
        facts=FACTS
        | {"phone": disputed, "house_area": pending, "forest_mu": Fact("1.0", reviewed=False)},
        others=(Item("orchard_mu", "果园面积", Fact("2.5 亩")), Item("pond", "鱼塘", Fact("无"))),
        members=tuple(
            a_member(number + 1, name, RELATIONS[number]) for number, name in enumerate(RARE)
        ),
        visits=(
            a_visit(
                0,
                full=True,
                photos=(0, 1, 4, 5),
                reviewed=False,
                steps=(),
                signed=Signature("家属代签（妻）", "王䶮 代签", signature, "2026-12-18"),
            ),
            a_visit(
                4,
                full=True,
                photos=(2, 3),
                signed=Signature("不会写字，纸上按手印", "见证人：田野"),
                entered_on="2026-09-01",
                remarks=("代改：周敏把“医疗自付 86 元”改为 860.00 元，已告知记录人。",),
            ),
            a_visit(5, full=False, counts=False, result="没在家", summary="下地，电话约好次日"),
            a_visit(6, full=False),
        ),
        photos=(*photos, tall, gone),
        earlier_visits=9,
        used=(
            Used("i0", "花名册", "1", "2014-06-10", "周敏", "approved"),
            Used("i1", "农户信息采集", "2026112201", "2026-11-20", "李明远", "approved"),
        ),
    )


def huge(pictures: Pictures) -> HouseholdFile:
    """Twelve people, 24 visits (twelve in full), 60 photos."""
    names = (*RARE, "欧阳慧敏", "买买提·吐尔逊", "张伟", "张子涵", "张小宝", "张立军")
    shown = tuple(
        Photo(
            pictures.keep(picture(number)), f"走访照片 {number + 1}", "2026年12月18日", by="李明远"
        )
        for number in range(60)
    )
    return a_file(
        facts=FACTS | {"family_size": Fact("12")},
        members=tuple(
            a_member(number + 1, name, RELATIONS[number]) for number, name in enumerate(names)
        ),
        visits=tuple(
            a_visit(
                number,
                full=number < 12,
                photos=tuple(range(5 * number, 5 * number + 5)) if number < 12 else (),
            )
            for number in range(24)
        ),
        photos=shown,
        used=(Used("i0", "花名册", "1", "2014-06-10", "周敏", "approved"),),
    )
