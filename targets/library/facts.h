/* Which core this is: the version of holdfast, and the SHA-256 of its released wasm (build/device.wasm). */
#define HOLDFAST_VERSION "@VERSION@"
#define HOLDFAST_CORE_SHA256 "@CORE_SHA256@"
/* RAM that the core's memory takes, the map included. It lies in .bss unless HOLDFAST_MEMORY says otherwise (holdfast.c). */
#define HOLDFAST_MEMORY_BYTES @MEMORY_BYTES@u
