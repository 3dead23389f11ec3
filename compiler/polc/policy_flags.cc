#include "compiler/polc/policy_flags.h"

#include <ctime>
#include <memory>
#include <utility>

#include "compiler/target/target.h"
#include "compiler/values/timestamp.h"

namespace pol::polc {

void AddVariableFlags(CLI::App& command, PolicyFlags& flags) {
  auto add = [&](const std::string& name, bool is_file,
                 const std::string& help) {
    // At once, so that the two kinds keep their common order.
    command
        .add_option_function<std::string>(
            name,
            [&flags, is_file](const std::string& text) {
              flags.variables.push_back({is_file, text});
            },
            help)
        ->trigger_on_parse()
        ->type_name(is_file ? "FILE" : "NAME=VALUE")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  };
  add("--var", false, "give a variable of the policy a value");
  add("--var-file", true, "give variables the values that a file says");
  command.add_option(
      "--today", flags.today,
      "the day that waivers are compared with (RFC 3339); now unless given");
}

void AddPolicyFlags(CLI::App& command, PolicyFlags& flags) {
  command.add_option("path", flags.path, "a folder of .pol files, or one file")
      ->capture_default_str();
  AddVariableFlags(command, flags);
}

void AddTargetFlag(CLI::App& command, PolicyFlags& flags,
                   const std::string& help) {
  flags.target.emplace();
  command.add_option("--target", *flags.target, help)->type_name("DIR");
}

void AddTargetFlag(CLI::App& command, PolicyFlags& flags) {
  AddTargetFlag(command, flags,
                "compare names of SELinux with the policy of a host whose "
                "root, or snapshot, is this folder; this host unless given");
}

void AddNotesFlag(CLI::App& command, PolicyFlags& flags) {
  command.add_flag("--notes", flags.notes,
                   "also show findings that are information only");
}

namespace {

absl::StatusOr<std::shared_ptr<const target::Target>> TargetOf(
    const PolicyFlags& flags) {
  if (!flags.target.has_value()) return nullptr;
  if (!flags.target->empty()) {
    absl::StatusOr<target::Target> named = target::ReadTarget(*flags.target);
    if (!named.ok()) return support::Annotate(named.status(), "--target");
    return std::make_shared<const target::Target>(*std::move(named));
  }
  POL_ASSIGN_OR_RETURN(std::optional<target::Target> here,
                       target::ReadThisHost());
  if (!here.has_value()) return nullptr;
  return std::make_shared<const target::Target>(*std::move(here));
}

}  // namespace

absl::StatusOr<driver::Options> OptionsOf(const PolicyFlags& flags) {
  driver::Options options;
  options.variables = flags.variables;
  options.notes = flags.notes;
  options.today = std::time(nullptr);
  options.wants_target = flags.target.has_value();
  POL_ASSIGN_OR_RETURN(options.target, TargetOf(flags));
  if (flags.today.empty()) return options;
  absl::StatusOr<values::Timestamp> day = values::Timestamp::Parse(flags.today);
  if (!day.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--today: ", day.status().message()));
  }
  options.today = day->unix_seconds;
  return options;
}

absl::StatusOr<driver::Compilation> Compile(const PolicyFlags& flags) {
  POL_ASSIGN_OR_RETURN(const driver::Options options, OptionsOf(flags));
  return driver::Compile(flags.path, options);
}

}  // namespace pol::polc
