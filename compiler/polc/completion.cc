#include "compiler/polc/completion.h"

#include <memory>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

using Words = std::vector<std::string>;

struct Flag {
  Words names;  // with their dashes
  Words takes;  // words that it takes; none when it takes anything or nothing
  bool has_value = false;
  std::string help;
};

struct Command {
  std::string name;  // empty for the program itself
  std::string help;
  std::vector<Flag> flags;
  Words arguments;  // words that stand without a flag
};

// The words that a validator lets through, which it keeps in its description
// alone: "{json->1,text->0}" or "{bash,fish,zsh}".
Words TakenWords(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t begin = type.find('{');
  const size_t end = type.find('}', begin);
  if (begin == type.npos || end == type.npos) return {};
  Words words;
  for (absl::string_view item :
       absl::StrSplit(type.substr(begin + 1, end - begin - 1), ',')) {
    words.emplace_back(item.substr(0, item.find("->")));
  }
  return words;
}

Command Describe(const CLI::App& app, const std::string& name) {
  Command command{name, app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      command.arguments = TakenWords(*option);
      continue;
    }
    Flag flag;
    for (const std::string& letter : option->get_snames())
      flag.names.push_back("-" + letter);
    for (const std::string& word : option->get_lnames())
      flag.names.push_back("--" + word);
    flag.takes = TakenWords(*option);
    flag.has_value = option->get_expected_max() > 0;
    flag.help = option->get_description();
    command.flags.push_back(std::move(flag));
  }
  return command;
}

// The program first, then its commands.
std::vector<Command> Describe(const CLI::App& app) {
  std::vector<Command> commands = {Describe(app, "")};
  for (const CLI::App* sub : app.get_subcommands({})) {
    commands.push_back(Describe(*sub, sub->get_name()));
    commands[0].arguments.push_back(sub->get_name());
  }
  return commands;
}

// In single quotes, as every shell understands them.
std::string Quoted(const std::string& text) {
  return "'" + absl::StrReplaceAll(text, {{"'", "'\\''"}}) + "'";
}

Words FlagNames(const Command& command) {
  Words names;
  for (const Flag& flag : command.flags)
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  return names;
}

// Bash splits `--format=json` at the sign, so the flag may stand two words
// back.
constexpr char kBashHead[] = R"(# polc's commands and flags for bash:
#   source <(polc completion bash)
_polc() {
  local current=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]}
  local command='' flags='' words='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word != -* ]]; then
      command=$word
      break
    fi
  done
  if [[ $current == = ]]; then
    current=''
  elif [[ $flag == = ]]; then
    flag=${COMP_WORDS[COMP_CWORD-2]}
  fi
)";

constexpr char kBashTail[] = R"(
  if [[ $current == -* ]]; then
    words=$flags
  fi
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _polc polc
)";

std::string Bash(const std::vector<Command>& commands) {
  std::string script = kBashHead;
  script += "  case $command in\n";
  for (const Command& command : commands) {
    absl::StrAppend(&script, "    ", Quoted(command.name), ")\n      flags=",
                    Quoted(absl::StrJoin(FlagNames(command), " ")), "\n");
    if (!command.arguments.empty()) {
      absl::StrAppend(&script, "      words=",
                      Quoted(absl::StrJoin(command.arguments, " ")), "\n");
    }
    script += "      ;;\n";
  }
  script += "  esac\n  case $command$flag in\n";
  for (const Command& command : commands) {
    for (const Flag& flag : command.flags) {
      if (!flag.has_value) continue;
      Words patterns;
      for (const std::string& name : flag.names)
        patterns.push_back(Quoted(command.name + name));
      absl::StrAppend(&script, "    ", absl::StrJoin(patterns, " | "),
                      ") words=", Quoted(absl::StrJoin(flag.takes, " ")),
                      " ;;\n");
    }
  }
  return script + "  esac" + kBashTail;
}

constexpr char kZshHead[] = R"(#compdef polc
# polc's commands and flags for zsh, through its completion of bash's kind:
#   source <(polc completion zsh)
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
)";

std::string Fish(const std::vector<Command>& commands) {
  std::string script =
      "# polc's commands and flags for fish:\n"
      "#   polc completion fish | source\n";
  for (const Command& command : commands) {
    const std::string when =
        command.name.empty()
            ? "complete -c polc -n __fish_use_subcommand"
            : absl::StrCat(
                  "complete -c polc -n ",
                  Quoted("__fish_seen_subcommand_from " + command.name));
    if (!command.name.empty()) {
      absl::StrAppend(&script, "complete -c polc -n __fish_use_subcommand -f",
                      " -a ", command.name, " -d ", Quoted(command.help), "\n");
    }
    if (!command.name.empty() && !command.arguments.empty()) {
      absl::StrAppend(&script, when, " -f -a ",
                      Quoted(absl::StrJoin(command.arguments, " ")), "\n");
    }
    for (const Flag& flag : command.flags) {
      script += when;
      for (const std::string& name : flag.names) {
        const bool is_long = name[1] == '-';
        absl::StrAppend(&script, is_long ? " -l " : " -s ",
                        name.substr(is_long ? 2 : 1));
      }
      if (!flag.takes.empty()) {
        absl::StrAppend(&script, " -x -a ",
                        Quoted(absl::StrJoin(flag.takes, " ")));
      } else if (flag.has_value) {
        script += " -r";
      }
      absl::StrAppend(&script, " -d ", Quoted(flag.help), "\n");
    }
  }
  return script;
}

}  // namespace

const std::vector<std::string>& Shells() {
  static const auto& shells = *new Words{"bash", "fish", "zsh"};
  return shells;
}

std::string CompletionScript(const CLI::App& app, std::string_view shell) {
  const std::vector<Command> commands = Describe(app);
  if (shell == "fish") return Fish(commands);
  return (shell == "zsh" ? kZshHead : "") + Bash(commands);
}

void AddCompletion(CLI::App& app, int& exit_code) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "completion", "Print the script that completes polc's words in a shell");
  command->add_option("shell", *shell, "bash, fish or zsh")
      ->required()
      ->check(CLI::IsMember(Shells()));
  command->footer("Example: source <(polc completion bash)");
  command->callback([&app, shell, &exit_code] {
    PrintData(CompletionScript(app, *shell));
    exit_code = kOk;
  });
}

}  // namespace pol::polc
