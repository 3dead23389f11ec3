// The analysis of whole policies, and decisions from an index against decisions
// by scan, over generated policies.
//
// usage: analysis_bench [policies…]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "compiler/analysis/findings.h"
#include "compiler/ir/decide.h"
#include "compiler/ir/decision_index.h"
#include "compiler/ir/sets.h"
#include "compiler/ir/verify.h"
#include "compiler/support/check.h"

namespace {

using namespace pol;  // NOLINT: a program of its own
using Clock = std::chrono::steady_clock;

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Identities in namespaces; most policies name one source and one target, 3 in
// 100 a whole namespace by a pattern, some a range of ports, some TLS, some
// deny. A few repeat what another says.
class Generator {
 public:
  Generator(uint32_t policies, uint32_t seed)
      : policies_(policies), random_(seed) {}

  ir::RuleSet Make() {
    const uint32_t named = policies_ / 2 + 20;
    namespaces_ = 10 + policies_ / 1000;
    rules_.identities.resize(1 + named + namespaces_);
    rules_.named = 1 + named;
    members_.resize(namespaces_);
    for (uint32_t i = 1; i <= named; ++i) {
      // By SPIFFE ID, so that a namespace is a run of numbers.
      const uint32_t space = (i - 1) * namespaces_ / named;
      Add(i, absl::StrFormat("spiffe://gov.cn/ns%04d/app%07d", space, i));
      rules_.identities[i].governed_ingress = true;
      rules_.identities[i].governed_egress = true;
      rules_.identities[i].borne = true;
      members_[space].push_back(i);
    }
    for (uint32_t i = 0; i < namespaces_; ++i) {
      const uint32_t region = rules_.named + i;
      Add(region, absl::StrFormat("spiffe://gov.cn/ns%04d/x", i));
      rules_.identities[region].region = true;
      members_[i].push_back(region);
    }
    for (uint32_t i = 0; i < policies_; ++i) AddRule(i);
    ir::SortSets(rules_);
    POL_CHECK(ir::Verify(rules_).empty()) << ir::Verify(rules_);
    return std::move(rules_);
  }

 private:
  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>(random_() % bound);
  }

  void Add(uint32_t number, const std::string& id) {
    rules_.identities[number].id = *values::SpiffeId::Parse(id);
  }

  ir::IdentitySet End() {
    if (Below(100) < 2) return members_[Below(namespaces_)];
    return {1 + Below(rules_.named - 1)};
  }

  void AddRule(uint32_t number) {
    ir::Rule rule;
    if (number > 0 && Below(100) == 0) {
      rule = rules_.rules[Below(number)];
    } else {
      rule.sources = ir::AddSet(rules_, End());
      rule.targets = ir::AddSet(rules_, End());
      const auto port = static_cast<uint16_t>(1 + Below(200) * 50);
      const auto last =
          static_cast<uint16_t>(Below(10) == 0 ? port + Below(1000) : port);
      rule.ports = {{port, last}};
      if (Below(50) == 0) rule.effect = ir::Effect::kDeny;
      if (rule.effect == ir::Effect::kAllow && Below(3) == 0) {
        rule.tls.emplace();
        if (Below(4) == 0) rule.tls->alpn = {"h2", "postgresql"};
      }
    }
    rule.name = absl::StrFormat("policy%07d", number);
    rules_.rules.push_back(std::move(rule));
  }

  const uint32_t policies_;
  std::mt19937 random_;
  uint32_t namespaces_ = 0;
  std::vector<ir::IdentitySet> members_;
  ir::RuleSet rules_;
};

std::vector<ir::Connection> Questions(const ir::RuleSet& rules, size_t count) {
  std::mt19937 random(11);
  std::vector<ir::Connection> questions;
  for (size_t i = 0; i < count; ++i) {
    // Every second one is about what some rule matches.
    const ir::Rule& rule = rules.rules[random() % rules.rules.size()];
    auto some = [&](const ir::IdentitySet& set) {
      return set[random() % set.size()];
    };
    ir::Connection question = {some(rules.sources(rule)),
                               some(rules.targets(rule)), rule.protocol,
                               rule.ports.front().first};
    if (i % 2 == 1)
      question.source = static_cast<uint32_t>(random() % rules.named);
    questions.push_back(question);
  }
  return questions;
}

void Measure(uint32_t policies) {
  const ir::RuleSet rules = Generator(policies, 7).Make();

  auto start = Clock::now();
  const std::vector<analysis::Finding> findings = analysis::FindAll(rules);
  const double analysed = Since(start);

  start = Clock::now();
  const ir::DecisionIndex index(rules);
  const double built = Since(start);

  const std::vector<ir::Connection> questions = Questions(rules, 200000);
  size_t allowed = 0;
  start = Clock::now();
  for (const ir::Connection& question : questions)
    allowed += index.Decide(question).verdict == ir::Verdict::kAllow;
  const double indexed = Since(start) / static_cast<double>(questions.size());

  const size_t scans = 2000000 / policies + 1;
  size_t same = 0;
  start = Clock::now();
  for (size_t i = 0; i < scans; ++i) {
    same += ir::Decide(rules, questions[i]) == index.Decide(questions[i]);
  }
  const double scanned = Since(start) / static_cast<double>(scans);
  POL_CHECK(same == scans) << "the index does not agree with the scan";

  std::printf(
      "%u policies: analysed in %.3f s (%zu findings); index built in %.3f s; "
      "a decision %.0f ns, by scan %.0f ns, ratio %.0f (%zu of %zu allowed)\n",
      policies, analysed, findings.size(), built, indexed * 1e9, scanned * 1e9,
      scanned / indexed, allowed, questions.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<uint32_t> sizes = {1000, 10000, 100000};
  if (argc > 1) {
    sizes.clear();
    for (int i = 1; i < argc; ++i)
      sizes.push_back(static_cast<uint32_t>(std::atoi(argv[i])));
  }
  for (uint32_t policies : sizes) Measure(policies);
  return 0;
}
