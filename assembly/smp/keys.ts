/**
 * Keys of requests and answers, packed: a text of up to 8 bytes is one number, its first byte lowest. What it spells is its name;
 * a spec holds each against its text. Longer ones are two numbers, the first 8 bytes and the rest.
 */

// In requests; some in answers too.
export const KEY_D: u64 = 0x64;
export const KEY_FORMAT: u64 = 0x74616d726f66;
export const KEY_HASH: u64 = 0x68736168;
export const KEY_CONFIRM: u64 = 0x6d7269666e6f63;
export const KEY_OFF: u64 = 0x66666f;
export const KEY_DATA: u64 = 0x61746164;
export const KEY_LEN: u64 = 0x6e656c;
export const KEY_SHA: u64 = 0x616873;
export const KEY_IMAGE: u64 = 0x6567616d69;
export const KEY_SLOT: u64 = 0x746f6c73;
export const KEY_TOKEN: u64 = 0x6e656b6f74;
export const KEY_SHARED: u64 = 0x646572616873;
export const KEY_TICKS: u64 = 0x736b636974;
export const KEY_X: u64 = 0x78;
export const KEY_Y: u64 = 0x79;
export const KEY_PHASE: u64 = 0x6573616870;
export const KEY_WHAT: u64 = 0x74616877;

// In answers.
export const KEY_R: u64 = 0x72;
export const KEY_RC: u64 = 0x6372;
export const KEY_ERR: u64 = 0x727265;
export const KEY_GROUP: u64 = 0x70756f7267;
export const KEY_OUTPUT: u64 = 0x74757074756f;
export const KEY_BUF_SIZE: u64 = 0x657a69735f667562;
export const KEY_IMAGES: u64 = 0x736567616d69;
export const KEY_VERSION: u64 = 0x6e6f6973726576;
export const KEY_BOOTABLE: u64 = 0x656c6261746f6f62;
export const KEY_PENDING: u64 = 0x676e69646e6570;
export const KEY_ACTIVE: u64 = 0x657669746361;
export const KEY_SLOTS: u64 = 0x73746f6c73;
export const KEY_SIZE: u64 = 0x657a6973;
export const KEY_MODE: u64 = 0x65646f6d;
export const KEY_TRIAL: u64 = 0x6c61697274;
export const KEY_REASON: u64 = 0x6e6f73616572;
export const KEY_EPOCH: u64 = 0x68636f7065;
export const KEY_MAP: u64 = 0x70616d;
export const KEY_DEVICE: u64 = 0x656369766564;
export const KEY_PARKED: u64 = 0x64656b726170;
export const KEY_LEASE: u64 = 0x657361656c;
export const KEY_CHECKS: u64 = 0x736b63656863;
export const KEY_NEED: u64 = 0x6465656e;
export const KEY_TPS: u64 = 0x737074;
export const KEY_STAGE: u64 = 0x6567617473;
export const KEY_UPLOAD: u64 = 0x64616f6c7075;
export const KEY_FRAMES: u64 = 0x73656d617266;
export const KEY_CRC: u64 = 0x637263;
export const KEY_BASE64: u64 = 0x343665736162;
export const KEY_LONG: u64 = 0x676e6f6c;
export const KEY_LOST: u64 = 0x74736f6c;
export const KEY_REFUSED: u64 = 0x64657375666572;
export const KEY_ERASES: u64 = 0x736573617265;
export const KEY_PROGRAMS: u64 = 0x736d6172676f7270;
export const KEY_SCANS: u64 = 0x736e616373;
export const KEY_OUTCOME: u64 = 0x656d6f6374756f;
export const KEY_WORD: u64 = 0x64726f77;
export const KEY_STATE: u64 = 0x6574617473;
export const KEY_ACTION: u64 = 0x6e6f69746361;
export const KEY_RULE: u64 = 0x656c7572;
export const KEY_TIER: u64 = 0x72656974;
export const KEY_LIMIT: u64 = 0x74696d696c;
export const KEY_AHEAD: u64 = 0x6461656861;
export const KEY_BEHIND: u64 = 0x646e69686562;
export const KEY_RATE: u64 = 0x65746172;
export const KEY_COUNT: u64 = 0x746e756f63;
export const KEY_MIN: u64 = 0x6e696d;
export const KEY_MAX: u64 = 0x78616d;
export const KEY_WORST: u64 = 0x7473726f77;
export const KEY_OVERHEAD: u64 = 0x646165687265766f;

// Longer than 8 bytes.
export const KEY_CONFIRMED: u64 = 0x656d7269666e6f63;
export const KEY_CONFIRMED_REST: u64 = 0x64;
export const KEY_PERMANENT: u64 = 0x6e656e616d726570;
export const KEY_PERMANENT_REST: u64 = 0x74;
export const KEY_BUF_COUNT: u64 = 0x6e756f635f667562;
export const KEY_BUF_COUNT_REST: u64 = 0x74;
export const KEY_SPLIT_STATUS: u64 = 0x61745374696c7073;
export const KEY_SPLIT_STATUS_REST: u64 = 0x737574;
export const KEY_UPLOAD_IMAGE_ID: u64 = 0x695f64616f6c7075;
export const KEY_UPLOAD_IMAGE_ID_REST: u64 = 0x64695f6567616d;
