"""An open record on the phone: a visit, a registration, an update or a correction."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.pages.phone import Phone

_ANSWERS = """() => Object.fromEntries(
  [...document.querySelectorAll('main [data-reference]')].map((box) => [
    box.dataset.reference,
    [box.tagName === 'P' ? box.textContent : '',
     ...[...box.querySelectorAll('input:not([type=file]), textarea, select')].map((one) =>
       ['radio', 'checkbox'].includes(one.type) ? Number(one.checked) : one.value)].join('|'),
  ]))"""


class Record:
    """What a person does in a form, named by the words on the screen."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.page: Page = phone.page

    def see_open(self) -> None:
        """The form stands on the screen."""
        expect(self.page.get_by_role("button", name="保存")).to_be_visible()

    def choose(self, question: str, *answers: str) -> None:
        """Tap answers of a question with choices."""
        for answer in answers:
            words = re.compile(rf"^\s*{re.escape(answer)}\s*(上次)?\s*$")
            option = self._asked(question).locator("label.opt", has_text=words)
            option.locator("input").click()

    def write(self, question: str, text: str) -> None:
        """Write an answer and leave the field."""
        field = self._asked(question).locator("input, textarea")
        field.fill(text)
        field.blur()

    def pick(self, question: str, answer: str) -> None:
        """Pick from a long list."""
        asked = self._asked(question)
        asked.locator("button.pick").click()
        asked.get_by_placeholder("找一找").fill(answer)
        self.choose(question, answer)

    def unfold(self, section: str) -> Locator:
        """Open a folded section."""
        within = self.section(section)
        if within.get_attribute("open") is None:
            within.locator("summary").first.click()
        return within

    def section(self, title: str) -> Locator:
        """A folding section by its title."""
        heading = self.page.get_by_role("heading", level=2, name=title, exact=True)
        return self.page.locator("details.card", has=heading)

    def see_on_disk(self) -> None:
        """The foot says that the last answer is kept."""
        expect(self.page.locator("footer").get_by_text("已存在手机")).to_be_visible()

    def see_complete(self) -> None:
        """Nothing is missing any more."""
        expect(self.page.locator("footer").get_by_text("都填好了")).to_be_visible()

    def save(self) -> None:
        """Save the record and come back to the household."""
        self.page.get_by_role("button", name="保存").click()
        expect(self.page.get_by_text("记好了")).to_be_visible()

    def answers(self) -> dict[str, str]:
        """All answers that stand on the page, to compare."""
        found: dict[str, str] = self.page.evaluate(_ANSWERS)
        return found

    def _asked(self, question: str) -> Locator:
        title = self.page.locator(".ask, legend").filter(
            has=self.page.get_by_text(question, exact=True)
        )
        return self.page.locator(".q", has=title).last


class Visit(Record):
    """The visit's form."""

    def begin(self) -> None:
        """From the household's page into the form."""
        self.page.get_by_role("button", name="开始走访").click()
        self.see_open()

    def met(self, name: str) -> None:
        """Choose whom one met."""
        option = self._asked("见到谁").locator("label.opt", has_text=name)
        option.locator("input").click()

    def nothing_changed(self, section: str) -> None:
        """One tap that answers a whole section."""
        self.section(section).get_by_role("button", name="无变化").click()

    def one_by_one(self, section: str) -> None:
        """Answer a section question by question."""
        self.section(section).get_by_role("button", name="逐项填").click()

    def uneventful(self, head: str) -> None:
        """All answers of a visit in which nothing was found."""
        self.unchanged(head)
        self.see_complete()

    def unchanged(self, head: str) -> None:
        """Whom one met, and that nothing is new."""
        self.met(head)
        self.nothing_changed("吃穿、三保障、饮水")
        self.nothing_changed("变化情况")
        self.choose("有返贫致贫风险吗", "没有")

    def take_photo(self, picture: Path) -> None:
        """A picture from the camera."""
        images = self.page.locator("figure img")
        before = images.count()
        self.page.get_by_label("拍照").set_input_files(picture)
        expect(images).to_have_count(before + 1)

    def take_position(self) -> None:
        """The position, by a tap; it needs no network."""
        self.page.get_by_text("记下位置").click()
        expect(self.page.get_by_text("已记下，误差约 8 米")).to_be_visible()

    def sign(self) -> None:
        """The person met signs with a finger."""
        self.page.get_by_role("button", name="请对方签名").click()
        paper = self.page.get_by_label("在这里签名")
        box = paper.bounding_box()
        assert box
        finger = self.page.mouse
        finger.move(box["x"] + 40, box["y"] + 60)
        finger.down()
        for step in range(1, 12):
            finger.move(box["x"] + 40 + step * 18, box["y"] + 60 + (step % 3) * 25)
        finger.up()
        self.page.get_by_role("button", name="签好了").click()
        expect(paper).to_have_count(0)
        expect(self.page.get_by_role("img", name="签名")).to_be_visible()


class Registration(Record):
    """The form that registers a household and updates it."""

    def begin(self) -> None:
        """From the list of households into an empty form."""
        self.page.get_by_role("link", name="登记新农户").click()
        self.see_open()

    def add_member(self) -> None:
        """Another card."""
        self.page.get_by_role("button", name="加一个人").click()

    def fill_in_person(self, name: str, relation: str, id_number: str) -> None:
        """What the open card asks of an adult who is well."""
        self.write("姓名", name)
        self.pick("和户主的关系", relation)
        self.choose("有身份证号吗", "是")
        self.write("身份证号", id_number)
        self.pick("民族", "汉族")
        self.choose("文化程度", "初中")
        self.choose("身体怎么样", "健康")
        self.choose("能干活吗", "普通劳动力")
        self.choose("在哪打工", "未务工")
        self.choose("参加医保了吗", "是")
        self.choose("参加养老保险了吗", "是")
        self.choose("是留守人员吗", "非留守")

    def update(
        self, household: str, *, phone_number: str, group: str = "", elsewhere: str = ""
    ) -> None:
        """Correct what is on file of a household, and save."""
        self.phone.open_household(household)
        self.page.get_by_role("button", name="改信息").click()
        self.see_open()
        self.unfold("住址和电话")
        self.write("联系电话", phone_number)
        self.write("住在哪", "二排一号")  # the roster did not say; everybody says the same
        if group:
            self.write("村民小组", group)
        if elsewhere:
            self.choose("全家长期在外吗", elsewhere)
        self.see_complete()
        self.save()
