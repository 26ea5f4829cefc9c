import * as keys from '../../assembly/smp/keys';

/** A text of up to 8 bytes as the number that stands for it. */
function packed(text: string): u64 {
  let number: u64 = 0;
  for (let i = 0; i < text.length; i++) number |= u64(text.charCodeAt(i)) << (8 * i);
  return number;
}

describe('keys are spelled as their names', () => {
  test('of up to 8 bytes', () => {
    expect(keys.KEY_D).toBe(packed('d'));
    expect(keys.KEY_FORMAT).toBe(packed('format'));
    expect(keys.KEY_HASH).toBe(packed('hash'));
    expect(keys.KEY_CONFIRM).toBe(packed('confirm'));
    expect(keys.KEY_OFF).toBe(packed('off'));
    expect(keys.KEY_DATA).toBe(packed('data'));
    expect(keys.KEY_LEN).toBe(packed('len'));
    expect(keys.KEY_SHA).toBe(packed('sha'));
    expect(keys.KEY_IMAGE).toBe(packed('image'));
    expect(keys.KEY_SLOT).toBe(packed('slot'));
    expect(keys.KEY_TOKEN).toBe(packed('token'));
    expect(keys.KEY_SHARED).toBe(packed('shared'));
    expect(keys.KEY_TICKS).toBe(packed('ticks'));
    expect(keys.KEY_X).toBe(packed('x'));
    expect(keys.KEY_Y).toBe(packed('y'));
    expect(keys.KEY_PHASE).toBe(packed('phase'));
    expect(keys.KEY_R).toBe(packed('r'));
    expect(keys.KEY_RC).toBe(packed('rc'));
    expect(keys.KEY_ERR).toBe(packed('err'));
    expect(keys.KEY_GROUP).toBe(packed('group'));
    expect(keys.KEY_OUTPUT).toBe(packed('output'));
    expect(keys.KEY_BUF_SIZE).toBe(packed('buf_size'));
    expect(keys.KEY_IMAGES).toBe(packed('images'));
    expect(keys.KEY_VERSION).toBe(packed('version'));
    expect(keys.KEY_BOOTABLE).toBe(packed('bootable'));
    expect(keys.KEY_PENDING).toBe(packed('pending'));
    expect(keys.KEY_ACTIVE).toBe(packed('active'));
    expect(keys.KEY_SLOTS).toBe(packed('slots'));
    expect(keys.KEY_SIZE).toBe(packed('size'));
    expect(keys.KEY_MODE).toBe(packed('mode'));
    expect(keys.KEY_TRIAL).toBe(packed('trial'));
    expect(keys.KEY_REASON).toBe(packed('reason'));
    expect(keys.KEY_EPOCH).toBe(packed('epoch'));
    expect(keys.KEY_MAP).toBe(packed('map'));
    expect(keys.KEY_DEVICE).toBe(packed('device'));
    expect(keys.KEY_PARKED).toBe(packed('parked'));
    expect(keys.KEY_LEASE).toBe(packed('lease'));
    expect(keys.KEY_CHECKS).toBe(packed('checks'));
    expect(keys.KEY_NEED).toBe(packed('need'));
    expect(keys.KEY_TPS).toBe(packed('tps'));
    expect(keys.KEY_STAGE).toBe(packed('stage'));
    expect(keys.KEY_UPLOAD).toBe(packed('upload'));
    expect(keys.KEY_FRAMES).toBe(packed('frames'));
    expect(keys.KEY_CRC).toBe(packed('crc'));
    expect(keys.KEY_BASE64).toBe(packed('base64'));
    expect(keys.KEY_LONG).toBe(packed('long'));
    expect(keys.KEY_LOST).toBe(packed('lost'));
    expect(keys.KEY_REFUSED).toBe(packed('refused'));
    expect(keys.KEY_ERASES).toBe(packed('erases'));
    expect(keys.KEY_PROGRAMS).toBe(packed('programs'));
    expect(keys.KEY_SCANS).toBe(packed('scans'));
    expect(keys.KEY_OUTCOME).toBe(packed('outcome'));
    expect(keys.KEY_WORD).toBe(packed('word'));
    expect(keys.KEY_STATE).toBe(packed('state'));
    expect(keys.KEY_ACTION).toBe(packed('action'));
    expect(keys.KEY_RULE).toBe(packed('rule'));
    expect(keys.KEY_TIER).toBe(packed('tier'));
    expect(keys.KEY_LIMIT).toBe(packed('limit'));
    expect(keys.KEY_AHEAD).toBe(packed('ahead'));
    expect(keys.KEY_BEHIND).toBe(packed('behind'));
  });
  test('of more', () => {
    expect(keys.KEY_CONFIRMED).toBe(packed('confirme'));
    expect(keys.KEY_CONFIRMED_REST).toBe(packed('d'));
    expect(keys.KEY_PERMANENT).toBe(packed('permanen'));
    expect(keys.KEY_PERMANENT_REST).toBe(packed('t'));
    expect(keys.KEY_BUF_COUNT).toBe(packed('buf_coun'));
    expect(keys.KEY_BUF_COUNT_REST).toBe(packed('t'));
    expect(keys.KEY_SPLIT_STATUS).toBe(packed('splitSta'));
    expect(keys.KEY_SPLIT_STATUS_REST).toBe(packed('tus'));
    expect(keys.KEY_UPLOAD_IMAGE_ID).toBe(packed('upload_i'));
    expect(keys.KEY_UPLOAD_IMAGE_ID_REST).toBe(packed('mage_id'));
  });
});
