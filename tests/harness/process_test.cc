#include "tests/harness/process.h"

#include <signal.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pol::harness {
namespace {

using ::testing::HasSubstr;

Command Shell(const std::string& text) {
  Command command;
  command.argv = {"sh", "-c", text};
  return command;
}

TEST(ProcessTest, TellsOutputErrorsAndStatusApart) {
  auto outcome = RunToEnd(Shell("echo out; echo err >&2; exit 3"));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->output, "out\n");
  EXPECT_EQ(outcome->errors, "err\n");
  EXPECT_EQ(outcome->exit_status, 3);
}

TEST(ProcessTest, ReadsItsInputToTheEnd) {
  Command command = Shell("wc -c");
  command.input = std::string(1 << 20, 'x');
  auto output = RunOk(command);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(*output, "1048576\n");
}

TEST(ProcessTest, AddedVariableReplacesOurs) {
  ASSERT_EQ(setenv("POL_PROCESS_TEST", "ours", 1), 0);
  Command command = Shell("env | grep POL_PROCESS_TEST");
  command.environment = {"POL_PROCESS_TEST=theirs"};
  auto output = RunOk(command);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(*output, "POL_PROCESS_TEST=theirs\n");
}

TEST(ProcessTest, SignalThatEndedItIsInTheStatus) {
  auto outcome = RunToEnd(Shell("kill -TERM $$"));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->exit_status, 128 + SIGTERM);
}

TEST(ProcessTest, ProgramThatIsNotThereIsAnErrorOfStart) {
  Command command;
  command.argv = {"/nowhere/program"};
  EXPECT_THAT(Process::Start(command).status().ToString(),
              HasSubstr("/nowhere/program: exec"));
}

TEST(ProcessTest, StepThatFailedIsNamed) {
  Command command = Shell("true");
  command.cgroup = "/nowhere";
  EXPECT_THAT(Process::Start(command).status().ToString(),
              HasSubstr("entering the cgroup"));
}

TEST(ProcessTest, UnknownUserIsAnErrorOfStart) {
  Command command = Shell("true");
  command.user = "nobody-by-this-name";
  EXPECT_EQ(Process::Start(command).status().code(),
            absl::StatusCode::kNotFound);
}

TEST(ProcessTest, WaitThatIsOverLeavesItRunning) {
  auto process = Process::Start(Shell("exec sleep 1000"));
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ(process->Wait(absl::ZeroDuration()).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  ASSERT_TRUE(process->Signal(SIGKILL).ok());
  auto outcome = process->Wait();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->exit_status, 128 + SIGKILL);
  EXPECT_EQ(process->Signal(SIGTERM).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(ProcessTest, OutputIsThereBeforeTheEnd) {
  auto process = Process::Start(Shell("echo ready; exec sleep 1000"));
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_TRUE(WaitUntil([&] { return process->output() == "ready\n"; }));
}

TEST(ProcessTest, DiesWithItsObject) {
  pid_t pid = 0;
  {
    auto process = Process::Start(Shell("exec sleep 1000"));
    ASSERT_TRUE(process.ok()) << process.status();
    pid = process->pid();
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

}  // namespace
}  // namespace pol::harness
