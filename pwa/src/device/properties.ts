/** The few properties that lists and search know by name; everything else is read from the dictionary. */
export const HOUSEHOLDS = 'households'
export const PERSONS = 'persons'

/** Of a household. */
export const HEAD = 'head'
export const HOUSEHOLD_NO = 'household_no'
export const HOUSEHOLD_TYPE = 'household_type'
export const GROUP_NAME = 'group_name'
export const ADDRESS = 'address_detail'

/** Of a person. */
export const HOUSEHOLD = 'household'
export const PERSON_NAME = 'person_name'
export const RELATION = 'relation'
export const RELATION_HEAD = '02'
export const BIRTH_DATE = 'birth_date'
export const MEMBER_STATUS = 'member_status'
export const REMOVED = 'removed'
export const ID_NUMBER = 'id_number'

/** The states that the server derives of what somebody still has to see to. */
export const OPEN = new Set<unknown>(['open', 'late'])
