import { beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeServer, VILLAGE } from '../../tests/fake-server'
import { photograph, record, aVisit, restart, signedInPhone } from '../../tests/phone'
import {
  blobs,
  drafts,
  fetched,
  outbox,
  registers,
  revoked,
  session,
  shownFor,
  storageProblem,
  text,
} from '@/device'
import { copies, records } from '@/device/database'
import { putByReserve } from '@/device/reserve'
import { draining, sendAnyway, wifiOnly } from './photo-line'
import { failure, paused, progress } from './state'
import { synchronize } from './synchronize'
import { letAnotherSignIn, signIn, signOut, unsentCount } from './sign-in'

let server: FakeServer

beforeEach(async () => {
  paused.value = false
  server = new FakeServer()
  server.household('h1', { phone: '111', group_name: '2组' })
  await signedInPhone()
})

const phoneOf = (id: string) => text(registers.household(id), 'phone')
const waiting = () => outbox.list.value.map((item) => item.instance_id)

test('a round does not say that a text was saved which was not', async () => {
  await record('i1', '222')
  storageProblem.value = 'full'
  server.policy = { visit_photos: 2 }
  expect(await synchronize()).toBe('done')
  expect(storageProblem.value).toBe('full')
  storageProblem.value = null
})

test('a round that finds no room says so, and leaves the room that is put by for text', async () => {
  await putByReserve()
  const full = Object.assign(new Error('no room'), { name: 'QuotaExceededError' })
  const putting = vi.spyOn(copies().meta, 'bulkPut').mockImplementation(() => {
    throw full
  })
  expect(await synchronize()).toBe('failed')
  putting.mockRestore()
  expect(failure.value).toEqual({ ok: false, kind: 'storage', problem: 'full' })
  expect(storageProblem.value).toBeNull()
  expect(await records().notes.where({ key: 'reserve' }).count()).toBe(1)
  expect(await synchronize()).toBe('done')
})

describe('the first synchronisation', () => {
  test('brings households, forms and dictionary, and counts households and bytes', async () => {
    expect(await synchronize()).toBe('done')
    expect(phoneOf('h1')).toBe('111')
    expect(fetched.value.dictionary?.version).toBe(1)
    expect(progress).toMatchObject({ households: 1, households_total: 1, bytes: 1000 })
  })

  test('goes on after a break without fetching a village twice', async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) server.household(`v${n}`, {}, { area: `37032111020${n}` })
    server.next(
      '/sync/snapshots/',
      ...Array<'pass'>(4).fill('pass'),
      'lose-request',
      'lose-request',
    )
    expect(await synchronize()).toBe('failed')
    const before = server.count('/sync/snapshots/')
    await restart()
    expect(await synchronize()).toBe('done')
    expect(registers.count()).toBe(7)
    expect(server.count('/sync/snapshots/') - before).toBe(3)
  })
})

describe('the file of a town', () => {
  beforeEach(() => {
    server.towns = true
    for (const n of [1, 2, 3]) server.household(`v${n}`, {}, { area: `37032111020${n}` })
  })

  test('brings all its villages at once', async () => {
    expect(await synchronize()).toBe('done')
    expect(registers.count()).toBe(4)
    expect(registers.households('370321110202')).toHaveLength(1)
    expect(progress).toMatchObject({ files: 1, files_total: 1, households: 4, bytes: 1000 })
  })

  test('goes on in the middle after a break, also of the app', async () => {
    server.next('/sync/snapshots/', 'cut', 'lose-request')
    expect(await synchronize()).toBe('failed')
    await restart()
    const asked: (string | null)[] = []
    server.onRequest = (path, headers) =>
      void (path.includes('/snapshots/') && asked.push(headers.get('Range')))
    expect(await synchronize()).toBe('done')
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatch(/^bytes=[1-9]/)
    expect(registers.count()).toBe(4)
  })

  test('begins anew when it is no longer the same', async () => {
    server.next('/sync/snapshots/', 'cut', 'lose-request')
    await synchronize()
    server.household('h1', { phone: '999' })
    expect(await synchronize()).toBe('done')
    expect(phoneOf('h1')).toBe('999')
  })

  test('is waited for while the server makes it', async () => {
    server.preparing = [['370321112'], []]
    expect(await synchronize()).toBe('done')
    expect(server.calls.filter((call) => call === 'GET /sync/snapshots')).toHaveLength(2)
    expect(server.calls.filter((call) => call.includes('/snapshots/'))).toHaveLength(1)
  })

  test('can be stopped, and what has come is used meanwhile', async () => {
    server.towns = false
    void server.when('GET /sync/snapshots/370321110201', async () => void (paused.value = true))
    expect(await synchronize()).toBe('failed')
    expect(failure.value).toBeNull()
    expect(fetched.value.cursor).toBeNull()
    expect(registers.count()).toBeGreaterThan(0)
    paused.value = false
    expect(await synchronize()).toBe('done')
    expect(registers.count()).toBe(4)
  })

  test('villages that are no longer the person’s are dropped', async () => {
    await synchronize()
    server.rows.delete('households/v2/370321110202')
    server.epoch = 'e2'
    await synchronize()
    expect(registers.household('v2')).toBeUndefined()
    expect(registers.count()).toBe(3)
  })
})

describe('sending', () => {
  beforeEach(async () => void (await synchronize()))

  test('a visit recorded offline arrives and leaves the outbox', async () => {
    await record('i1', '222')
    expect(await synchronize()).toBe('done')
    expect(server.submissions.has('i1')).toBe(true)
    expect(waiting()).toEqual([])
    expect((await outbox.sent())[0]).toMatchObject({ instance_id: 'i1', outcome: 'stored' })
  })

  test('a lost reply changes nothing: it is sent again and known already', async () => {
    await record('i1', '222')
    server.next('/sync/push', 'lose-reply')
    expect(await synchronize()).toBe('failed')
    expect(waiting()).toEqual(['i1'])
    expect(await synchronize()).toBe('done')
    expect(server.submissions.size).toBe(1)
    expect((await outbox.sent())[0]?.outcome).toBe('already_stored')
  })

  test('a phone that dies between sending and fetching goes on where it was', async () => {
    await record('i1', '222')
    server.next('/sync/pull', 'lose-request')
    expect(await synchronize()).toBe('failed')
    await restart()
    expect(waiting()).toEqual([])
    expect(phoneOf('h1')).toBe('222')
    expect(await synchronize()).toBe('done')
  })

  test('what the server could not store now stays and is sent again', async () => {
    await record('i1', '222')
    server.outcomes.set('i1', { outcome: 'retry', detail: '稍后再试' })
    await synchronize()
    expect(outbox.list.value[0]).toMatchObject({ instance_id: 'i1', tries: 1, problem: '稍后再试' })
    server.outcomes.clear()
    await synchronize()
    expect(waiting()).toEqual([])
  })

  test('a quarantined visit is durable, leaves the outbox and says why', async () => {
    await record('i1', '222')
    server.outcomes.set('i1', { outcome: 'quarantined', detail: '表的版本不认识' })
    await synchronize()
    expect(waiting()).toEqual([])
    expect((await outbox.sent())[0]).toMatchObject({
      outcome: 'quarantined',
      detail: '表的版本不认识',
    })
  })

  test('one unreadable record holds back no other', async () => {
    await record('i1', '222')
    await record('i2', '333')
    const refused = { status: 422, slug: 'request-invalid' }
    server.next('/sync/push', refused, refused)
    await synchronize()
    expect(waiting()).toEqual(['i1'])
    expect(outbox.list.value[0]?.problem).toBe('request-invalid。')
    expect(server.submissions.has('i2')).toBe(true)
  })

  test('fifty records go in one envelope and the rest in the next', async () => {
    for (let n = 0; n < 51; n += 1) await record(`i${n}`, '1')
    const before = server.count('/sync/push')
    await synchronize()
    expect(server.count('/sync/push') - before).toBe(2)
    expect(waiting()).toEqual([])
  })

  test('a page of a hotel network is not taken for the server', async () => {
    await record('i1', '222')
    server.next('/sync/push', 'portal')
    expect(await synchronize()).toBe('failed')
    expect(failure.value?.kind).toBe('strange')
    expect(waiting()).toEqual(['i1'])
  })
})

describe('own answers over the server’s row', () => {
  beforeEach(async () => void (await synchronize()))

  test('are shown at once, and name the unsent record as where they come from', async () => {
    await record('i1', '222')
    expect(phoneOf('h1')).toBe('222')
    const shown = shownFor('h1')
    expect(shown?.values['phone']).toEqual(['222', [shown?.heads.indexOf('i1')]])
    expect(shown?.values['welfare']).toEqual(['', []])
  })

  test('stay until a pull has reached the number under which they were taken', async () => {
    await record('i1', '222')
    server.next('/sync/pull', 'lose-request')
    await synchronize()
    server.pageRows = 1
    server.put({
      kind: 'task',
      id: 't1',
      task: 'dispute',
      household: 'h1',
      title: '',
      due_on: null,
      state: 'open',
    })
    server.household('h1', { phone: '999' })
    server.next('/sync/pull', 'pass', 'lose-request')
    await synchronize()
    // The first page brought a row above the number: the server’s row counts again, although it is the old one still.
    expect(outbox.onTheWay.value).toEqual([])
    await synchronize()
    expect(phoneOf('h1')).toBe('999')
  })

  test('stay while pulls break off before that number', async () => {
    server.put({
      kind: 'task',
      id: 't1',
      task: 'dispute',
      household: 'h1',
      title: '',
      due_on: null,
      state: 'open',
    })
    server.put({
      kind: 'task',
      id: 't2',
      task: 'dispute',
      household: 'h1',
      title: '',
      due_on: null,
      state: 'open',
    })
    await record('i1', '222')
    server.pageRows = 1
    server.next('/sync/pull', 'pass', 'lose-request')
    await synchronize()
    expect(waiting()).toEqual([])
    expect(phoneOf('h1')).toBe('222')
    await restart()
    expect(phoneOf('h1')).toBe('222')
    await synchronize()
    expect(phoneOf('h1')).toBe('111')
  })

  test('an untouched answer writes nothing: a colleague’s newer value shows through', async () => {
    await record('i1', '111')
    server.household('h1', { phone: '999' })
    server.next('/sync/push', 'lose-request')
    await synchronize()
    expect(phoneOf('h1')).toBe('111')
    expect(shownFor('h1')?.heads).toEqual(['roster'])
  })

  test('a household registered here is found before the server knows it', async () => {
    await outbox.add(
      aVisit('i9', {
        household: 'new',
        answers: {
          new: { register: 'households', units: { head: 'np', household_type: 'ordinary' } },
          np: { register: 'persons', units: { household: 'new', person_name: '赵新户' } },
        },
      }),
      [],
    )
    expect(registers.nameOf('new')).toBe('赵新户')
    expect(registers.search('赵新')[0]?.household).toBe('new')
    expect(registers.household('new')?.fresh).toBe(true)
  })

  test('what applies on approval is not shown as if it were so', async () => {
    await record('i1', '222', {
      answers: { h1: { register: 'households', units: { household_type: 'ordinary' } } },
    })
    expect(text(registers.household('h1'), 'household_type')).toBe('')
  })
})

describe('fetching', () => {
  beforeEach(async () => void (await synchronize()))

  test('what left the village is removed', async () => {
    server.put({ kind: 'households', id: 'h1', gone: true })
    await synchronize()
    expect(registers.household('h1')).toBeUndefined()
  })

  test('a changed policy value is in force at once', async () => {
    server.put({ kind: 'policy', id: 'visit.signature', key: 'visit.signature', value: 'off' })
    await synchronize()
    expect(session.value?.policy['visit.signature']).toBe('off')
  })

  test('after a restored backup, what the server lost is sent again', async () => {
    await photograph('i1', 'a.jpg', 10)
    await outbox.add(aVisit('i1'), ['a.jpg'])
    await record('i2', '222')
    await synchronize()
    server.submissions.delete('i1')
    server.uploads.clear()
    server.epoch = 'e2'
    expect(await synchronize()).toBe('done')
    expect([...server.submissions.keys()].sort()).toEqual(['i1', 'i2'])
    expect(server.uploads.size).toBe(1)
    expect(fetched.value.epoch).toBe('e2')
  })

  test('what the server lost is offered also by a phone that died right after taking everything anew', async () => {
    await record('i1', '222')
    await synchronize()
    server.submissions.delete('i1')
    server.epoch = 'e2'
    server.next('/sync/known', 'lose-request')
    expect(await synchronize()).toBe('failed')
    expect(fetched.value.epoch).toBe('e2')
    await restart()
    expect(await synchronize()).toBe('done')
    expect(server.submissions.has('i1')).toBe(true)
    const asked = server.count('/sync/known')
    await synchronize()
    expect(server.count('/sync/known')).toBe(asked)
  })
})

describe('when the roles have ended', () => {
  beforeEach(async () => {
    await synchronize()
    await photograph('i1', 'a.jpg', 10)
    await outbox.add(aVisit('i1'), ['a.jpg'])
    server.mayPull = false
  })

  test('what was recorded is sent with its photos, and the households leave the phone', async () => {
    expect(await synchronize()).toBe('done')
    expect(server.submissions.has('i1')).toBe(true)
    expect(server.uploads.size).toBe(1)
    expect(registers.count()).toBe(0)
    expect(await synchronize()).toBe('done')
  })

  test('a restored backup is noticed, and what the server lost is sent again', async () => {
    await synchronize()
    server.submissions.clear()
    server.uploads.clear()
    server.epoch = 'e2'
    expect(await synchronize()).toBe('done')
    expect(server.submissions.has('i1')).toBe(true)
    expect(server.uploads.size).toBe(1)
  })

  test('what was sent is offered only once for each beginning', async () => {
    await synchronize()
    await synchronize()
    const asked = server.count('/sync/known')
    await synchronize()
    expect(server.count('/sync/known')).toBe(asked + 1)
  })

  test('a new role brings its villages', async () => {
    await synchronize()
    server.mayPull = true
    expect(await synchronize()).toBe('done')
    expect(await synchronize()).toBe('done')
    expect(registers.count()).toBe(1)
  })
})

describe('photos', () => {
  beforeEach(async () => {
    await synchronize()
    await photograph('i1', 'a.jpg')
    await outbox.add(aVisit('i1'), ['a.jpg'])
  })

  test('go after the text, in pieces, with their hash', async () => {
    await synchronize()
    const [upload] = server.uploads.values()
    expect(upload?.bytes).toHaveLength(600_000)
    expect(upload?.metadata).toContain('sha256 ')
    expect(outbox.uploads.value).toEqual([])
    expect(server.calls.findIndex((call) => call.includes('push'))).toBeLessThan(
      server.calls.findIndex((call) => call.startsWith('PATCH')),
    )
  })

  test('that broke off go on where they were', async () => {
    server.next('/attachments/', 'pass', 'lose-request')
    expect(await synchronize()).toBe('failed')
    expect(outbox.unsent.value.has('i1')).toBe(true)
    await restart()
    expect(await synchronize()).toBe('done')
    expect(server.uploads.size).toBe(1)
    expect([...server.uploads.values()][0]?.bytes).toHaveLength(600_000)
  })

  test('go on where the server says when a reply was lost in mid-transfer', async () => {
    server.next('/attachments/u', 'pass', 'lose-reply')
    expect(await synchronize()).toBe('failed')
    expect(await synchronize()).toBe('done')
    expect(server.uploads.size).toBe(1)
    expect([...server.uploads.values()][0]?.bytes).toHaveLength(600_000)
  })

  test('that the server has got elsewhere with go on there in the same round', async () => {
    server.next('/attachments/u', 'pass', { status: 409, slug: 'upload-offset-wrong' })
    expect(await synchronize()).toBe('done')
    expect(server.uploads.size).toBe(1)
    expect([...server.uploads.values()][0]?.bytes).toHaveLength(600_000)
  })

  test('are not begun anew because the server is busy', async () => {
    server.next('/attachments/u', 'pass', 'lose-request')
    await synchronize()
    server.next('/attachments/u', { status: 503, slug: 'busy', retry_after: 5 })
    expect(await synchronize()).toBe('failed')
    expect(await synchronize()).toBe('done')
    expect(server.uploads.size).toBe(1)
  })

  test('of which one never gets through do not hold up those behind it', async () => {
    await photograph('i2', 'b.jpg', 600_000)
    await outbox.add(aVisit('i2'), ['b.jpg'])
    server.next('/attachments', { status: 500, slug: 'broken' })
    expect(await synchronize()).toBe('failed')
    expect(outbox.uploads.value.map((file) => file.owner)).toEqual(['i1'])
    expect(failure.value).toMatchObject({ kind: 'refused', problem: { slug: 'broken' } })
  })

  test('are left for the next round when two after each other fail, or the line is gone', async () => {
    for (const id of ['i2', 'i3']) {
      await photograph(id, 'b.jpg', 600_000)
      await outbox.add(aVisit(id), ['b.jpg'])
    }
    server.next('/attachments', { status: 500, slug: 'broken' }, 'portal')
    expect(await synchronize()).toBe('failed')
    expect(server.count('/attachments')).toBe(2)
    server.next('/attachments', 'lose-request')
    expect(await synchronize()).toBe('failed')
    expect(server.count('/attachments')).toBe(3)
    expect(outbox.uploads.value).toHaveLength(3)
  })

  test('say when the disk of the township is full, and stay', async () => {
    server.next('/attachments', { status: 507, slug: 'storage-full' })
    expect(await synchronize()).toBe('failed')
    expect(failure.value).toMatchObject({ kind: 'refused', problem: { slug: 'storage-full' } })
    expect(outbox.uploads.value[0]?.problem).toBeNull()
    expect(await synchronize()).toBe('done')
  })

  test('that arrive damaged three times wait for a person, who can send them once more', async () => {
    const damaged = { status: 460, slug: 'checksum-mismatch' } as const
    for (let round = 0; round < 3; round += 1) {
      server.next('/attachments', 'pass', damaged)
      expect(await synchronize()).toBe('done')
    }
    expect(outbox.uploads.value[0]?.problem).toMatch('不一样')
    server.script.clear()
    await outbox.offerPhotosAgain('i1')
    await synchronize()
    expect(outbox.uploads.value).toEqual([])
  })

  test('small ones go before large ones, of whichever record', async () => {
    await photograph('i2', 'b.png', 5_000)
    await outbox.add(aVisit('i2'), ['b.png'])
    await synchronize()
    expect([...server.uploads.values()].map((upload) => upload.length)).toEqual([5_000, 600_000])
  })

  test('let a record through that was finished meanwhile, before the next piece', async () => {
    const finish = server.when('PATCH', () => record('i2', '222'))
    expect(await synchronize()).toBe('done')
    await finish
    const pushes = server.calls.flatMap((call, at) => (call === 'POST /sync/push' ? at : []))
    const patches = server.calls.flatMap((call, at) => (call.startsWith('PATCH') ? at : []))
    expect(pushes).toHaveLength(2)
    expect(pushes[1]).toBeLessThan(patches[1] ?? 0)
    expect(server.submissions.has('i2')).toBe(true)
    expect([...server.uploads.values()][0]?.bytes).toHaveLength(600_000)
  })

  test('stop at the next piece when asked to, and go on from there', async () => {
    void server.when('PATCH', async () => void (paused.value = true))
    expect(await synchronize()).toBe('done')
    expect([...server.uploads.values()][0]?.bytes.length).toBeLessThan(600_000)
    expect(outbox.uploads.value[0]?.sent_bytes).toBeGreaterThan(0)
    paused.value = false
    await synchronize()
    expect(server.uploads.size).toBe(1)
    expect(outbox.uploads.value).toEqual([])
  })

  test('wait for Wi-Fi or the charger, and go when somebody says so; the text does not wait', async () => {
    for (const wait of [() => (wifiOnly.value = true), () => (draining.value = 15)]) {
      wait()
      expect(await synchronize()).toBe('done')
      expect(server.submissions.has('i1')).toBe(true)
      expect(server.uploads.size).toBe(0)
      wifiOnly.value = false
      draining.value = null
    }
    wifiOnly.value = true
    sendAnyway.value = true
    await synchronize()
    expect(outbox.uploads.value).toEqual([])
    // Only these photos were meant.
    expect(sendAnyway.value).toBe(false)
    wifiOnly.value = false
  })

  test('of a record that the server has, but lost the photos of, are sent again', async () => {
    await synchronize()
    server.uploads.clear()
    server.epoch = 'e2'
    server.lostFiles = [
      { instance_id: 'i1', name: 'a.jpg' },
      { instance_id: 'i1', name: 'never-here.jpg' },
    ]
    expect(await synchronize()).toBe('done')
    expect(server.uploads.size).toBe(1)
    expect(server.calls.filter((call) => call === 'POST /sync/push')).toHaveLength(1)
  })

  test('that the server forgot begin anew', async () => {
    server.next('/attachments/', 'pass', 'lose-request')
    await synchronize()
    server.uploads.clear()
    expect(await synchronize()).toBe('done')
    expect([...server.uploads.values()][0]?.bytes).toHaveLength(600_000)
  })

  test('that are none stay here with the reason and are not offered for ever', async () => {
    server.next('/attachments', { status: 415, slug: 'attachment-not-image' })
    expect(await synchronize()).toBe('done')
    expect(outbox.uploads.value[0]?.problem).toMatch('不是照片')
    const before = server.count('/attachments')
    await synchronize()
    expect(server.count('/attachments')).toBe(before)
    expect(await blobs.get('i1', 'a.jpg')).not.toBeNull()
  })
})

describe('the device', () => {
  beforeEach(async () => void (await synchronize()))

  test('withdrawn by the office keeps everything and goes on after signing in again', async () => {
    await record('i1', '222')
    server.next('/sync/push', { status: 401, slug: 'device-revoked' })
    expect(await synchronize()).toBe('signed-out')
    expect(revoked.value).toBe(true)
    expect(waiting()).toEqual(['i1'])
    await signIn('liming', 'secret', '红米')
    expect(await synchronize()).toBe('done')
    expect(server.submissions.has('i1')).toBe(true)
  })

  test('is not signed out while something is on this phone only', async () => {
    await record('i1', '222')
    expect(unsentCount()).toBe(1)
    expect(await signOut()).toBe('unsent')
    await synchronize()
    expect(await signOut()).toBe('done')
    expect(session.value).toBeNull()
  })

  test('lent to another person keeps what the first has not sent', async () => {
    await record('i1', '222')
    await letAnotherSignIn()
    expect(session.value).toBeNull()
    await signIn('liming', 'secret', '红米')
    expect(waiting()).toEqual(['i1'])
    expect(phoneOf('h1')).toBe('222')
  })

  test('finishing a draft ends it', async () => {
    const {
      attachments: _a,
      answers: _b,
      visited_on: _c,
      recorded_at: _d,
      instance_id,
      ...rest
    } = aVisit('i1')
    await drafts.save({
      ...rest,
      id: instance_id,
      created_at: '',
      saved_at: '',
      missing: 1,
      page: {},
    })
    await restart()
    expect(drafts.list.value).toHaveLength(1)
    await outbox.add(aVisit('i1'), [])
    expect(drafts.list.value).toEqual([])
    expect(session.value?.areas[0]?.code).toBe(VILLAGE)
  })
})
