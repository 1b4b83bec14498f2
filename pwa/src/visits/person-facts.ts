/** Who a person is, in one line, without the ID number. */

export interface PersonFacts {
  sex: string
  birthDate: string
  age: string
  last4: string
}

const SEX: Record<string, string> = { male: '男', female: '女' }

export function personFacts({ sex, birthDate, age, last4 }: PersonFacts): string {
  const born = /^(\d{4})-(\d{2})-(\d{2})$/.exec(birthDate)
  return [
    SEX[sex] ?? '',
    age && `${age.replace(/\.0$/, '')}岁`,
    born && `${Number(born[1])}年${Number(born[2])}月${Number(born[3])}日生`,
    last4 && `证件尾号 ${last4}`,
  ]
    .filter(Boolean)
    .join('，')
}

/** Full years on a day; null where the birth date is not known. */
export function ageOn(birthDate: string, day: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return null
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years
}
