// Connect, send 64 bytes, receive 64 bytes, close: as often as it goes.
#ifndef POL_TESTS_BENCH_CONNECT_LOAD_H_
#define POL_TESTS_BENCH_CONNECT_LOAD_H_

#include <cstdint>
#include <string>

namespace pol::bench {

// Answers on a port until it is killed. Prints "listening" once it does.
// Returns an exit code.
int Serve(uint16_t port);

// Makes `connections` one after the other and prints "<connections a second>
// <median in microseconds>". Returns an exit code.
int Load(const std::string& address, uint16_t port, int connections);

}  // namespace pol::bench

#endif  // POL_TESTS_BENCH_CONNECT_LOAD_H_
