#include <cstring>
#include <optional>
#include <utility>

#include "compiler/eval/call.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/values/cidr.h"

namespace pol::eval {
namespace {

__extension__ using Bits = unsigned __int128;

int Width(const values::Cidr& cidr) { return cidr.ipv6 ? 128 : 32; }

Bits ToBits(const values::Cidr& cidr) {
  Bits out = 0;
  for (char byte : cidr.bytes()) {
    out = out << 8 | static_cast<unsigned char>(byte);
  }
  return out;
}

values::Cidr FromBits(Bits bits, int prefix, bool ipv6) {
  values::Cidr out;
  out.ipv6 = ipv6;
  out.prefix = static_cast<uint8_t>(prefix);
  for (size_t i = ipv6 ? 16 : 4; i > 0; --i, bits >>= 8) {
    out.address[i - 1] = static_cast<uint8_t>(bits & 0xFF);
  }
  return out;
}

// With its length, also when it is a whole address.
std::string Text(const values::Cidr& cidr) {
  std::string out = cidr.ToString();
  if (out.find('/') == std::string::npos) {
    out += diag::Cat("/", int{cidr.prefix});
  }
  return out;
}

std::optional<values::Cidr> Block(Call& call, size_t argument) {
  absl::StatusOr<values::Cidr> cidr =
      values::Cidr::Parse(call.String(argument));
  if (cidr.ok()) return *cidr;
  call.Error(argument, std::string(cidr.status().message()),
             "a block is written 10.0.0.0/8 or 2001:db8::/32");
  return std::nullopt;
}

// The block `number` of those that `bits` more bits of prefix make.
std::optional<values::Cidr> Subnet(Call& call, const values::Cidr& block,
                                   size_t bits_argument, int64_t number,
                                   size_t number_argument) {
  const int64_t bits = call.Integer(bits_argument);
  const int room = Width(block) - block.prefix;
  if (bits < 0 || bits > room) {
    call.Error(bits_argument,
               diag::Cat("a prefix of ", int{block.prefix}, " leaves 0 to ",
                         room, " bits, not ", bits));
    return std::nullopt;
  }
  if (number < 0 || (bits < 63 && number >> bits != 0)) {
    call.Error(number_argument,
               diag::Cat("there is no network ", number, " in ", bits,
                         bits == 1 ? " bit" : " bits"));
    return std::nullopt;
  }
  const int prefix = block.prefix + static_cast<int>(bits);
  const int shift = Width(block) - prefix;
  const Bits offset =
      shift >= 128 ? Bits{0} : static_cast<Bits>(number) << shift;
  return FromBits(ToBits(block) | offset, prefix, block.ipv6);
}

Value CidrSubnet(Call& call) {
  const std::optional<values::Cidr> block = Block(call, 0);
  if (!block.has_value()) return call.Invalid();
  const auto out = Subnet(call, *block, 1, call.Integer(2), 2);
  if (!out.has_value()) return call.Invalid();
  return call.Text(Text(*out));
}

Value CidrSubnets(Call& call) {
  const std::optional<values::Cidr> block = Block(call, 0);
  if (!block.has_value()) return call.Invalid();
  const int width = Width(*block);
  std::vector<std::string> out;
  Bits next = 0;      // offset into the block
  bool full = false;  // nothing is left
  for (size_t i = 1; i < call.size(); ++i) {
    const std::optional<values::Cidr> first = Subnet(call, *block, i, 0, i);
    if (!first.has_value()) return call.Invalid();
    const int shift = width - first->prefix;
    const Bits size = shift >= 128 ? Bits{0} : Bits{1} << shift;
    // Up to where a block of this size may begin.
    const Bits begin = size == 0 ? Bits{0} : (next + size - 1) / size * size;
    const int room = width - block->prefix;
    const bool fits = !full && begin >= next &&
                      (room >= 128 ? true : begin < (Bits{1} << room));
    if (!fits || (size == 0 && i > 1)) {
      return call.Error(i, diag::Cat("no room is left in ", Text(*block)));
    }
    out.push_back(
        Text(FromBits(ToBits(*block) | begin, first->prefix, block->ipv6)));
    next = begin + size;
    full = next == 0;
  }
  return call.Strings(out);
}

Value CidrHost(Call& call) {
  const std::optional<values::Cidr> block = Block(call, 0);
  if (!block.has_value()) return call.Invalid();
  const int room = Width(*block) - block->prefix;
  const int64_t number = call.Integer(1);
  const uint64_t magnitude = number < 0 ? -static_cast<uint64_t>(number)
                                        : static_cast<uint64_t>(number);
  // A negative number counts from the end, the last address being -1.
  const bool fits =
      room >= 64 || (number < 0 ? magnitude - 1 : magnitude) >> room == 0;
  if (!fits) {
    return call.Error(
        1, diag::Cat("there is no host ", number, " in ", Text(*block)));
  }
  const Bits mask = room >= 128 ? ~Bits{0} : (Bits{1} << room) - 1;
  const Bits host = number < 0 ? mask - (magnitude - 1) : Bits{magnitude};
  return call.Text(
      FromBits(ToBits(*block) | host, Width(*block), block->ipv6).ToString());
}

Value CidrNetmask(Call& call) {
  const std::optional<values::Cidr> block = Block(call, 0);
  if (!block.has_value()) return call.Invalid();
  if (block->ipv6) return call.Error(0, "only IPv4 has netmasks");
  const Bits mask =
      block->prefix == 0 ? Bits{0} : Bits{0xFFFFFFFF} << (32 - block->prefix);
  return call.Text(FromBits(mask & 0xFFFFFFFF, 32, false).ToString());
}

Value CidrContains(Call& call) {
  const std::optional<values::Cidr> outer = Block(call, 0);
  const std::optional<values::Cidr> inner = Block(call, 1);
  if (!outer.has_value() || !inner.has_value()) return call.Invalid();
  return call.Bool(outer->Contains(*inner));
}

using enum Category;

constexpr Parameter kOnePrefix = {"prefix", Takes::kString};

constexpr Function kFunctions[] = {
    {"cidrcontains",
     kNetwork,
     "cidrcontains(prefix, other)",
     "Whether a block of addresses holds an address or another block.",
     R"(cidrcontains("10.0.0.0/8", "10.87.0.1"))",
     "true",
     {kOnePrefix, {"other", Takes::kString}},
     2,
     false,
     CidrContains},
    {"cidrhost",
     kNetwork,
     "cidrhost(prefix, hostnum)",
     "The address of a number in a block; -1 is the last.",
     R"(cidrhost("10.87.0.0/16", 5))",
     R"("10.87.0.5")",
     {kOnePrefix, {"hostnum", Takes::kInteger}},
     2,
     false,
     CidrHost},
    {"cidrnetmask",
     kNetwork,
     "cidrnetmask(prefix)",
     "The netmask of an IPv4 block.",
     R"(cidrnetmask("10.0.0.0/12"))",
     R"("255.240.0.0")",
     {kOnePrefix},
     1,
     false,
     CidrNetmask},
    {"cidrsubnet",
     kNetwork,
     "cidrsubnet(prefix, newbits, netnum)",
     "The block of a number among those that some more bits make.",
     R"(cidrsubnet("10.0.0.0/8", 8, 87))",
     R"("10.87.0.0/16")",
     {kOnePrefix, {"newbits", Takes::kInteger}, {"netnum", Takes::kInteger}},
     3,
     false,
     CidrSubnet},
    {"cidrsubnets",
     kNetwork,
     "cidrsubnets(prefix, newbits, …)",
     "Blocks one after the other, each by as many bits longer as said.",
     R"(cidrsubnets("10.0.0.0/8", 8, 4))",
     R"(["10.0.0.0/16", "10.16.0.0/12"])",
     {kOnePrefix, {"newbits", Takes::kInteger}},
     1,
     true,
     CidrSubnets},
};

}  // namespace

absl::Span<const Function> NetworkFunctions() { return kFunctions; }

}  // namespace pol::eval
