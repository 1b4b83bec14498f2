"""What pyxform finds wrong with a sheet, in the words of the person who filled it in."""

from __future__ import annotations

import re

ROW = re.compile(r"\[row : (\d+)\]\s*")
SHEET = re.compile(r"On the '(\w+)' sheet, (?:the '([^']+)' value|one or more|the entity)")
#: What a message says -> what to do. `{0}`, `{1}` … are what the pattern caught.
SAYINGS: tuple[tuple[str, str], ...] = (
    (r"Question with no type", "没有写题型（type）"),
    (r"Missing calculation", "calculate 题没有写算式（calculation）"),
    (r"Question or group with no name", "没有写名字（name）"),
    (r"has no label", "没有写题目（label）"),
    (r"List name not in (?:external )?choices sheet: ([^\s.]+)", "choices 表里没有 {0} 这组选项"),
    (r"Choice names with spaces cannot be added", "多选题的选项代码里不能有空格"),
    (r"Choice filter not supported with or_other", "or_other 不能和 choice_filter 一起用"),
    (r"Choice filter not supported for table-list", "table-list 不能和 choice_filter 一起用"),
    (r"Unknown question type '?([^'.]+)'?", "不认识题型 {0}"),
    (r"Unmatched 'begin_(\w+)'", "begin {0} 没有对应的 end {0}"),
    (r"Unmatched 'end_(\w+)'", "end {0} 没有对应的 begin {0}，或者顺序错了"),
    (r"(?:There is no survey element|Could not find the name|find the name) '?(\w+)'?",
     "算式里用的 {0} 在表里找不到"),
    (r"appears more than once|There are multiple survey elements named '?(\w+)'?",
     "算式里用的名字在表里有好几个，请改成不重的名字"),
    (r"must be unique within|Repeat names must unique|must be unique anywhere",
     "名字 {0} 重复了"),
    (r"case-insensitive match", "名字 {0} 只差大小写，请改成不同的名字"),
    (r"Repeat names must not be the same as the survey root", "重复组不能叫 {0}"),
    (r"The name 'meta' is reserved", "meta 是系统用的名字，请换一个"),
    (r"Choices must have a name", "选项没有写代码（name）"),
    (r"Choices should have a label", "选项没有写文字（label）"),
    (r"Choice names must be unique", "同一组选项里代码重复了"),
    (r"Names must begin with a letter",
     "名字只能用英文字母、数字、下划线、减号和点，要以字母或下划线开头"),
    (r"must not begin with two underscores", "名字不能以两个下划线开头"),
    (r"must not contain a period", "名字里不能有点"),
    (r"must not be 'name' or 'label'", "不能存到叫 name 或 label 的一项"),
    (r"The save_to property '([^']+)' is already assigned by row '(\d+)'",
     "{0} 在第 {1} 行已经存过了"),
    (r"declare an entity", "用了 save_to，就要有 entities 表"),
    (r"Groups and repeats can't be saved", "组不能存，save_to 要写在题上"),
    (r"The entity list name '([^']+)' was not found", "entities 表里没有 {0}"),
    (r"does not have a label, but a 'label' is required", "entities 表要写 label"),
    (r"does not have an 'update_if'", "entities 表写了 create_if，就要写 update_if"),
    (r"does not have an 'entity_id'", "entities 表要写 entity_id"),
    (r"must be prefixed with the entity",
     "entities 表有几行，save_to 就要写成“登记簿#项目”，如 persons#phone"),
    (r"no valid containers available", "同一处只能说一个农户或一个人，请把另一个的题放进单独的组"),
    (r"not compatible with (?:this|the variable)", "存进同一个登记簿的题要在同一个重复组里"),
    (r"at most one '#'", "save_to 里只能有一个 #"),
    (r"'list_name' column must not have any duplicate", "entities 表里同一个登记簿只能写一行"),
    (r"Entity lists must have a name", "entities 表没有写 list_name"),
    (r"column\(s\) are not supported by this version of pyxform: ([^.]+)",
     "entities 表有不认识的列：{0}"),
    (r"Reference variables must start with", "引用要写成 ${{名字}}"),
    (r"required column headers were not found: ([^.]+)\.", "缺少列：{0}"),
    (r"different names for the same column were found: ([^.]+)\.", "有两列是一回事：{0}"),
    (r"missing header row", "第一行要写列名"),
    (r"similar names were found: ([^.]+)\.", "工作表的名字可能写错了：{0}"),
    (r"parameter '(\w+)' must be a number", "参数 {0} 要写数字"),
    (r"parameter '(\w+)' must not be '0'", "参数 {0} 不能是 0"),
    (r"parameter '(\w+)' must not be larger", "参数 {0} 太大了"),
    (r"parameter '(\w+)' must be a multiple of 'step'", "参数 {0} 要是 step 的整数倍"),
    (r"must have a sheet named survey|'survey' sheet is either empty or missing",
     "没有工作表 survey"),
    (r"There should be a choices sheet", "没有工作表 choices"),
    (r"There should be an external_choices sheet",
     "手机不另外下载选项文件；选项请写进 choices 表"),
)  # fmt: skip


def in_chinese(message: str) -> str:
    """A refusal of pyxform, with the row where it names one; the original where it is unknown."""
    row, sheet = ROW.search(message), SHEET.search(message)
    place = f"{sheet[1]} 表" if sheet and sheet[1] != "survey" else ""
    place = f"{place}第 {row[1]} 行：" if row else place and f"{place}："
    column = f"{sheet[2]} 这一列" if sheet and sheet[2] else ""
    for pattern, words in SAYINGS:
        if found := re.search(pattern, message):
            named = re.search(r"'name' value '([^']+)'", message)
            caught = [group or "" for group in found.groups()] or [named[1] if named else ""]
            return place + words.format(*caught)
    return f"{place}{column}转换不了：{ROW.sub('', message)}"
