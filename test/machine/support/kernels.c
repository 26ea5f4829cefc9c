/* Small programs of the kinds that timing analysers are compared on; their inputs are whatever memory and arguments hold. */
#include <stdint.h>

int32_t values[16];
uint8_t bytes[16];
int32_t a[5][5], b[5][5], c[5][5];

/* CRC-32, bit by bit. */
uint32_t crc(void) {
  uint32_t crc = 0xffffffffu;
  for (int i = 0; i < 16; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1u));
  }
  return ~crc;
}

/* The same with a branch on each bit. */
uint32_t crc_branching(void) {
  uint32_t crc = 0xffffu;
  for (int i = 0; i < 8; i++) {
    crc ^= (uint32_t)bytes[i] << 8;
    for (int bit = 0; bit < 8; bit++) {
      if (crc & 0x8000u) crc = (crc << 1) ^ 0x1021u;
      else crc = crc << 1;
    }
  }
  return crc & 0xffffu;
}

/* Binary search as in the benchmark `bs`: ends early where it finds the key. */
int32_t search(int32_t key) {
  int32_t low = 0, high = 15;
  while (low <= high) {
    const int32_t middle = (low + high) >> 1;
    if (values[middle] == key) return middle;
    if (values[middle] > key) high = middle - 1;
    else low = middle + 1;
  }
  return -1;
}

void sort(void) {
  for (int i = 1; i < 8; i++) {
    const int32_t value = values[i];
    int j = i;
    while (j > 0 && values[j - 1] > value) {
      values[j] = values[j - 1];
      j--;
    }
    values[j] = value;
  }
}

void multiply(void) {
  for (int i = 0; i < 5; i++)
    for (int j = 0; j < 5; j++) {
      int32_t sum = 0;
      for (int k = 0; k < 5; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
}

/* Triangular loops, as LU decomposition has them. */
void eliminate(void) {
  for (int i = 0; i < 4; i++)
    for (int j = i + 1; j < 5; j++) {
      const int32_t factor = a[j][i] >> 8;
      for (int k = i; k < 5; k++) a[j][k] -= factor * a[i][k];
    }
}

/* A state machine over 16 bytes: digits, letters, anything else. */
uint32_t scan(void) {
  enum { START, NUMBER, NAME, ERROR } state = START;
  uint32_t count = 0;
  for (int i = 0; i < 16; i++) {
    const uint32_t byte = bytes[i];
    const int is_digit = byte - '0' < 10u, is_letter = (byte | 32u) - 'a' < 26u;
    switch (state) {
      case START:
        if (is_digit) state = NUMBER;
        else if (is_letter) state = NAME;
        else if (byte != ' ') state = ERROR;
        break;
      case NUMBER:
        if (is_letter) state = ERROR;
        else if (!is_digit) { state = START; count++; }
        break;
      case NAME:
        if (!is_digit && !is_letter) { state = START; count += 2; }
        break;
      default:
        return 0xffffffffu;
    }
  }
  return count;
}

/* As many rounds as the caller likes: nothing to promise. */
uint32_t forever(uint32_t rounds) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i != rounds; i += 3) sum += values[i & 15];
  return sum;
}

/* Long, and counted: rounds are not gone through one by one. */
uint32_t pause(uint32_t rounds) {
  uint32_t sum = 0;
  const uint32_t most = rounds < 100000u ? rounds : 100000u;
  for (uint32_t i = 0; i < most; i++) sum += values[i & 15];
  return sum;
}
