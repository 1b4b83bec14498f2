/** A form with every type and appearance that the phone knows. */
export const ALL_TYPES = `
| survey |
| | type | name | label | hint | guidance_hint | required | required_message | relevant | constraint | constraint_message | calculation | appearance | default | parameters | choice_filter | repeat_count |
| | begin group | g_words | 字和数 | | | | | | | | | | | | | |
| | text | plain | 一句话 | 写**一句** | 写得越具体越好 | yes | 请写一句话 | | | | | | | | | |
| | text | long | 多写几句 | | | | | | | | | multiline | | | | |
| | text | account | 卡号 | | | | | | | | | numbers | | | | |
| | text | site | 网页 | | | | | | | | | url | https://example.org/a | | | |
| | integer | count | **几口**人 | | | | | | . > 0 | 至少一口人 | | | | | | |
| | decimal | money | 一年多少元 | | | | | | | | | thousands-sep | | | | |
| | barcode | code | 门牌码 | | | | | | | | | | | | | |
| | note | said | 现在有 **\${count}** 口人，见[办法](https://example.org)[坏](javascript:alert(1)) | | | | | | | | | | | | | |
| | end group | | | | | | | | | | | | | | | |
| | begin group | g_when | 时间 | | | | | | | | | field-list | | | | |
| | date | day | 哪天 | | | | | | | | | | today() | | | |
| | date | born | 出生 | | | | | | | | | no-calendar | | | | |
| | date | since | 从几月 | | | | | | | | | month-year | | | | |
| | date | built | 哪年盖的 | | | | | | | | | year | | | | |
| | time | clock | 几点 | | | | | | | | | | | | | |
| | dateTime | moment | 什么时候 | | | | | | | | | | | | | |
| | end group | | | | | | | | | | | | | | | |
| | begin group | g_choose | 选 | | | | | | | | | | | | | |
| | select_one grade | plainly | 直接选 | | | yes | 请选 | | | | | | | | | |
| | select_one grade | quickly | 选了就走 | | | | | | | | | quick | | | | |
| | select_one grade | folded | 收起来选 | | | | | | | | | minimal | | | | |
| | select_one grade | typed | 打字找 | | | | | | | | | autocomplete | | | | |
| | select_one scale | happy | 满意吗 | | | | | | | | | likert | | | | |
| | select_multiple grade | several | 选几个 | | | | | | | | | columns-2 | | | | |
| | select_one town | town | 哪个镇 | | | | | | | | | | | | | |
| | select_one village | village | 哪个村 | | | | | | | | | | | | town = \${town} | |
| | calculate | village_name | | | | | | | | | jr:choice-name(\${village}, '\${village}') | | | | | |
| | note | chosen | 选的是\${village_name} | | | | | | | | | | | | | |
| | range | little | 几分 | | | | | | | | | | | start=1 end=5 step=1 | | |
| | range | much | 多少亩 | | | | | | | | | | | start=0 end=50 step=0.5 | | |
| | rank grade | order | 排个先后 | | | | | | | | | | | | | |
| | acknowledge | seen | 看过了 | | | | | | | | | | | | | |
| | end group | | | | | | | | | | | | | | | |
| | begin group | g_files | 照片和文件 | | | | | | | | | | | | | |
| | image | picture | 照片 | | | | | | | | | | | | | |
| | audio | voice | 录音 | | | | | | | | | | | | | |
| | video | film | 录像 | | | | | | | | | | | | | |
| | file | paper | 文件 | | | | | | | | | | | | | |
| | geopoint | place | 位置 | | | | | | | | | | | | | |
| | end group | | | | | | | | | | | | | | | |
| | begin repeat | rooms | 几口人各说一句 | | | | | | | | | | | | | \${count} |
| | text | word | 说什么 | | | | | | | | | | | | | |
| | end repeat | | | | | | | | | | | | | | | |
| | begin repeat | fields | 地 | | | | | | | | | | | | | |
| | text | field | 哪块地 | | | yes | 请写 | | | | | | | | | |
| | date | field_day | 记的日子 | | | | | | | | | | today() | | | |
| | calculate | field_id | | | | | | | | | once(uuid()) | | | | | |
| | text | owner | 谁家的 | | | | | | | | | | \${plain} | | | |
| | begin repeat | crops | 种什么 | | | | | | | | | | | | | |
| | text | crop | 什么庄稼 | | | yes | 请写 | | | | | | | | | |
| | end repeat | | | | | | | | | | | | | | | |
| | end repeat | | | | | | | | | | | | | | | |

| choices |
| | list_name | name | label | town |
| | grade | a | 甲 | |
| | grade | b | 乙 | |
| | grade | c | 丙 | |
| | scale | 1 | 很不满意 | |
| | scale | 2 | 不满意 | |
| | scale | 3 | 一般 | |
| | scale | 4 | 满意 | |
| | scale | 5 | 很满意 | |
| | town | n | 南镇 | |
| | town | s | 北镇 | |
| | village | n1 | 南一村 | n |
| | village | n2 | 南二村 | n |
| | village | s1 | 北一村 | s |

| settings |
| | form_title | form_id | version | kind | subject |
| | 各种题 | all_types | 2026112201 | check | household |
`
