/** A form that a test wrote itself, opened as a draft with the real engine, and drawn as on the phone. */
import { mount, type VueWrapper } from '@vue/test-utils'
import { defineComponent, h, type Component } from 'vue'
import type { Draft, FormVersion, Shown } from '@/device/records'
import type { MemberChoice } from '@/forms/answering'
import { buildInstance, localTime, type Prefill } from '@/forms/build-instance'
import { openDraft, type DraftSession } from '@/forms/draft-session'
import type { Question } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import SectionedForm from '@/forms/SectionedForm.vue'
import { provideDraftSession } from '@/forms/use-draft-session'
import { loadReal } from './real-forms'

const NOW = new Date('2026-11-20T08:31:00Z')

export interface Opening {
  entities?: Record<string, readonly Prefill[]>
  shown?: Shown
  members?: readonly MemberChoice[]
  /** The instance of an earlier opening. */
  xml?: string
}

export async function openTrial(
  version: FormVersion,
  opening: Opening = {},
): Promise<DraftSession> {
  await loadReal(version)
  const id = crypto.randomUUID()
  const { xml } = buildInstance({
    xform: version.xform,
    definition: version.definition,
    instanceId: id,
    entities: opening.entities ?? {},
    preset: {},
    firstLoad: { now: NOW, deviceId: 'd', userName: 'u' },
    takesOver: () => false,
  })
  const draft: Draft = {
    id,
    form_id: version.form_id,
    form_version: version.version,
    household: null,
    area: '370321110217',
    title: '陈广田',
    label: '试',
    xml: opening.xml ?? xml,
    shown: opening.shown ?? {},
    confirmed: [],
    deprecated_id: null,
    created_at: localTime(NOW),
    saved_at: '',
    missing: null,
    page: {},
  }
  return openDraft(draft, version, {
    remarks: [],
    caption: () => null,
    members: () => opening.members ?? [],
    colleagues: () => [],
    signing: () => ({ who: '', lines: [] }),
  })
}

/** The form's sections in a page, or another component that stands in an open draft. */
export function draw(
  session: DraftSession,
  component: Component = SectionedForm,
  props: Record<string, unknown> = {},
): VueWrapper {
  const page = defineComponent({
    setup() {
      provideDraftSession(session)
      return () => h(component, props)
    },
  })
  return mount(page, { attachTo: document.body })
}

export function asked(session: DraftSession, name: string): Question {
  const question = questionsOf(session.form.root).find((one) => one.name === name)
  if (!question) throw new Error(`No question ${name}`)
  return question
}
