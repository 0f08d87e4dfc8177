// What the library shows of itself; everything else stays inside it.
#pragma once

#if defined(__GNUC__)
#define TIDINGS_API __attribute__((visibility("default")))
#else
#define TIDINGS_API
#endif
