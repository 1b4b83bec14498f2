// Keys, dialogs, photos and remarks of the township desk. Everything works without it, slower.
'use strict'
;(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const one = (selector, root = document) => root.querySelector(selector)
  const shown = (element) => element.getClientRects().length > 0 && !element.disabled
  const typing = (target) =>
    target.isContentEditable ||
    (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) &&
      !/^(checkbox|radio|button|submit)$/.test(target.type || ''))
  const say = (text) => {
    let box = one('#say')
    if (!box) {
      box = document.createElement('div')
      box.id = 'say'
      box.className = 'say'
      box.setAttribute('role', 'status')
      document.body.append(box)
    }
    box.textContent = text
    box.hidden = false
    clearTimeout(say.timer)
    say.timer = setTimeout(() => (box.hidden = true), 6000)
  }

  // ---- keys: an element says its own key
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape' && typing(event.target)) return event.target.blur()
    const dialog = one('dialog[open]')
    if (dialog && dialog.id === 'photo' && /^Arrow(Left|Right)$/.test(event.key)) {
      event.preventDefault()
      return turn(event.key === 'ArrowRight' ? 1 : -1)
    }
    if (dialog || typing(event.target)) return
    if (event.key === '/') {
      const search = one('[data-search]')
      if (search) {
        event.preventDefault()
        search.focus()
        search.select()
      }
      return
    }
    const onControl = event.target.closest('a, button, summary, input, [tabindex="0"]')
    if (onControl && (event.key === 'Enter' || (event.key === ' ' && !onControl.matches('[tabindex="0"]')))) return
    if (/^Arrow(Left|Right)$/.test(event.key) && photos().length > 1) {
      event.preventDefault()
      return turn(event.key === 'ArrowRight' ? 1 : -1)
    }
    const wanted = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key
    if (rows().length && /^[jkx]$/.test(wanted) && walk(wanted)) return event.preventDefault()
    const target = all('[data-key]').find((element) => element.dataset.key === wanted && shown(element))
    if (target) {
      event.preventDefault()
      target.click()
    }
  })

  // ---- tables that are walked with J and K, opened with Enter, ticked with X
  const rows = () => all('[data-rows] tbody tr[data-row]')
  let at = -1
  function walk(key) {
    const list = rows()
    if (key === 'x') {
      const box = at >= 0 && one('input[type=checkbox]', list[at])
      if (box) box.click()
      return Boolean(box)
    }
    at = Math.max(0, Math.min(list.length - 1, at + (key === 'j' ? 1 : -1)))
    list.forEach((row, n) => row.classList.toggle('on', n === at))
    const link = one('a', list[at])
    if (link) link.focus({ preventScroll: true })
    list[at].scrollIntoView({ block: 'nearest' })
    return true
  }

  // ---- dialogs
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-open]')
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open)
      if (dialog && !dialog.open) {
        if (dialog.id === 'photo') enlarge()
        for (const [name, value] of Object.entries(opener.dataset)) {
          if (name.startsWith('fill')) fill(dialog, name.slice(4).toLowerCase(), value)
        }
        dialog.showModal()
        const first = one('[autofocus], .btn.primary', dialog)
        if (first) first.focus()
      }
    }
    if (event.target.closest('[data-close]')) event.target.closest('dialog').close()
    if (event.target.matches('dialog')) event.target.close()
  })
  document.addEventListener(
    'close',
    (event) => all('[data-clear]', event.target).forEach((box) => box.replaceChildren()),
    true,
  )
  function fill(dialog, name, value) {
    all(`[data-${name}]`, dialog).forEach((element) => {
      if (element.matches('input')) element.value = value
      else element.textContent = value
    })
  }

  // ---- photos
  const photos = () => all('[data-photo]')
  const current = () => photos().find((photo) => photo.classList.contains('on'))
  function pick(photo) {
    photos().forEach((other) => other.classList.toggle('on', other === photo))
    const main = one('[data-photo-main]')
    if (main) {
      main.src = photo.dataset.thumb
      main.alt = photo.dataset.caption
    }
    all('[data-photo-caption]').forEach((box) => (box.textContent = photo.dataset.caption))
    if (one('#photo[open]')) enlarge()
  }
  function turn(step) {
    const list = photos()
    if (list.length) pick(list[(list.indexOf(current()) + step + list.length) % list.length])
  }
  function enlarge() {
    const photo = current()
    const full = one('[data-photo-full]')
    if (!photo || !full) return
    full.src = photo.dataset.full
    full.alt = photo.dataset.caption
    all('#photo [data-photo-caption]').forEach((box) => (box.textContent = photo.dataset.caption))
  }
  document.addEventListener('click', (event) => {
    const photo = event.target.closest('[data-photo]')
    if (photo) pick(photo)
  })

  // ---- remarks on questions
  const form = one('#decide')
  const remarks = one('[data-remarks]')
  const texts = () => all('[name=text]', remarks)
  function place(path, text) {
    const free = texts().find((input) => !input.value.trim())
    const row = free ? free.closest('.remark') : remarks.lastElementChild.cloneNode(true)
    if (!free) {
      one('[name=text]', row).value = ''
      remarks.append(row)
    }
    if (path !== null) one('[name=question]', row).value = path
    const input = one('[name=text]', row)
    if (text) input.value = text
    input.scrollIntoView({ block: 'center' })
    input.focus()
    keep()
  }
  const store = form && `remarks:${form.dataset.draft}`
  function keep() {
    const rows = all('.remark', remarks).map((row) => [one('[name=question]', row).value, one('[name=text]', row).value])
    if (rows.some((row) => row[1].trim())) sessionStorage.setItem(store, JSON.stringify(rows))
    else sessionStorage.removeItem(store)
  }
  if (form && remarks) {
    const kept = JSON.parse(sessionStorage.getItem(store) || '[]')
    if (!texts().some((input) => input.value)) {
      kept.forEach(([path, text]) => text && place(path, text))
      if (kept.length) document.activeElement.blur()
    }
    form.addEventListener('input', keep)
    form.addEventListener('submit', (event) => {
      const button = event.submitter
      if (!button) return
      const said = texts().some((input) => input.value.trim())
      if (button.hasAttribute('data-needs-remark') && !said) {
        event.preventDefault()
        say('请先写一句备注，说明要他知道或改什么，再点一次。')
        return place(null, '')
      }
      if (button.dataset.confirm && !window.confirm(button.dataset.confirm)) return event.preventDefault()
      if (button.value === 'approve' && said && !window.confirm('写了备注但选的是“通过”，备注不会发给记录人。要发请用“通过并提醒”。仍然只通过吗？')) {
        return event.preventDefault()
      }
      sessionStorage.removeItem(store)
    })
    document.addEventListener('click', (event) => {
      const on = event.target.closest('[data-remark]')
      if (on) place(on.dataset.remark, '')
      const phrase = event.target.closest('[data-phrase]')
      if (phrase) {
        const last = texts().find((input) => input === document.activeElement) || texts().at(-1)
        last.value = last.value ? `${last.value}；${phrase.dataset.phrase}` : phrase.dataset.phrase
        last.focus()
        keep()
      }
      if (event.target.closest('[data-add-remark], [data-focus-remark]')) place(null, '')
    })
  }

  // ---- other phrases, choices by number, filters that apply at once, confirmations
  document.addEventListener('click', (event) => {
    const phrase = event.target.closest('[data-into]')
    if (phrase) {
      const area = document.getElementById(phrase.dataset.into)
      area.value = area.value ? `${area.value}；${phrase.textContent.trim()}` : phrase.textContent.trim()
      area.focus()
    }
  })
  document.addEventListener('click', (event) => {
    const side = event.target.closest('[data-pick-all]')
    if (!side) return
    all(`[data-units] input[type=radio][value="${side.dataset.pickAll}"]`).forEach((radio) => (radio.checked = true))
    mark()
    say(side.dataset.pickAll === 'first' ? '都选了左边。' : '都选了右边。')
  })
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-submit]')) event.target.form.requestSubmit()
    if (event.target.matches('[data-all]')) {
      all('input[data-one]').forEach((box) => (box.checked = event.target.checked))
    }
    if (event.target.matches('[data-all], [data-one]')) count()
    if (event.target.matches('.choice input[type=radio]')) mark()
  })
  function count() {
    const number = all('input[data-one]:checked').length
    all('[data-count]').forEach((box) => (box.textContent = String(number)))
    all('[data-needs-choice]').forEach((button) => (button.disabled = number === 0))
  }
  function mark() {
    all('.choice').forEach((cell) => cell.classList.toggle('pick', Boolean(one('input[type=radio]:checked', cell))))
    all('[data-other]').forEach((box) => {
      const radio = document.getElementById(box.dataset.other)
      box.disabled = !radio.checked
      if (radio.checked && document.activeElement === radio) box.focus()
    })
    const settled = all('[data-units] input[type=radio]:checked').length
    all('[data-settled]').forEach((box) => (box.textContent = String(settled)))
  }
  document.addEventListener('submit', (event) => {
    const question = event.target.dataset.confirm
    if (question && !window.confirm(question)) return event.preventDefault()
    const file = one('input[type=file][required]', event.target)
    if (file && event.target.dataset.busy) say(event.target.dataset.busy)
  })
  document.addEventListener('htmx:responseError', () => say('没有成功，请刷新页面再试。'))
  document.addEventListener('htmx:sendError', () => say('连不上服务器，会继续再试。'))
  // ---- tabs within a page; without this script all panels stand below each other
  const tabs = all('[data-tabs] a')
  function choose(name) {
    const wanted = tabs.find((tab) => tab.hash === `#${name}`) ? name : start()
    all('[data-panel]').forEach((panel) => (panel.hidden = panel.id !== wanted))
    tabs.forEach((tab) => (tab.hash === `#${wanted}` ? tab.setAttribute('aria-current', 'page') : tab.removeAttribute('aria-current')))
  }
  const start = () => {
    const filled = all('[data-panel]').find((panel) => one('table', panel))
    return (filled || one('#same') || one('[data-panel]')).id
  }
  if (tabs.length) {
    choose(location.hash.slice(1))
    tabs.forEach((tab) =>
      tab.addEventListener('click', (event) => {
        event.preventDefault()
        history.replaceState(null, '', tab.hash)
        choose(tab.hash.slice(1))
      }),
    )
  }
  window.addEventListener('beforeprint', () => all('details').forEach((box) => (box.open = true)))
  all('[data-print]').forEach((button) => button.addEventListener('click', () => window.print()))
  const on = one('[data-list] .item.on')
  if (on) on.scrollIntoView({ block: 'center' })
  if (one('.choice')) mark()
  if (one('[data-one]')) count()
})()
