// @vitest-environment jsdom
/** Pictures beside questions and choices: fetched once by content, shown without a network. */
import { beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { draw, openTrial } from '../../tests/open-form'
import { cleanPhone, restart } from '../../tests/phone'
import { trialForm } from '../../tests/real-forms'
import { forms } from '@/device'

const written = trialForm(`
| survey |
| | type | name | label | media::image | media::big-image |
| | select_one crack | crack | 裂缝像哪一种 | wall.png | large.png |

| choices |
| | list_name | name | label | media::image |
| | crack | fine | 细 | fine.png |
| | crack | wide | 宽 | |

| settings |
| | form_title | form_id | version | kind | subject |
| | 裂缝 | cracks | 2026112201 | check | household |
`)
const files = { 'wall.png': 'w1', 'large.png': 'l1', 'fine.png': 'f1' }
const form = { ...written, definition: { ...written.definition, files } }

beforeEach(async () => {
  await cleanPhone()
  await restart()
  document.body.innerHTML = ''
  URL.createObjectURL = vi.fn((file: Blob) => `blob:${file.type}`)
  URL.revokeObjectURL = vi.fn()
})

async function seen(look: () => boolean) {
  await vi.waitFor(() => {
    expect(look()).toBe(true)
  })
}

it('shows them at question and choice, and larger at a tap', async () => {
  for (const sha256 of Object.values(files))
    await forms.putFile({ sha256, media_type: 'image/png', bytes: new Uint8Array([1]).buffer })
  expect(await forms.filesLacking(form.definition)).toEqual([])
  draw(await openTrial(form))
  await seen(() => document.querySelectorAll('img').length === 2)
  expect(document.querySelectorAll('label.opt img')).toHaveLength(1)
  const enlarge = '[aria-label="看大图：裂缝像哪一种"]'
  await seen(() => document.querySelector(enlarge) !== null)
  document.querySelector<HTMLButtonElement>(enlarge)?.click()
  await nextTick()
  expect(document.querySelector('dialog img, [role=dialog] img')).not.toBeNull()
})

it('says so where they have not come yet', async () => {
  expect(await forms.filesLacking(form.definition)).toEqual(Object.keys(files))
  draw(await openTrial(form))
  await seen(() => document.body.textContent.includes('图还没下载到手机'))
})
