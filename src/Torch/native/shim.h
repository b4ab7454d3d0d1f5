// What the files of the C ABI share: how its functions are declared, and how they tell of errors.
#pragma once

#include <c10/util/Exception.h>

#include <cstdint>
#include <string>

#define MGT_API extern "C" __attribute__((visibility("default")))

namespace magvit {

// The message that mgt_last_error reads.
extern thread_local std::string last_error;

// Runs the body of a function: 0, or 1 after storing what was thrown. No C++ exception crosses the boundary.
template <typename Body>
int guarded(const char* what, Body body) {
  try {
    body();
    return 0;
  } catch (const c10::Error& e) {
    last_error = std::string(what) + ": " + e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = std::string(what) + ": " + e.what();
  } catch (...) {
    last_error = std::string(what) + ": unknown native exception";
  }
  return 1;
}

}  // namespace magvit
