// A person at a browser.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/cluster/devtools.hpp"

namespace guildhall::tests::cluster {

// What a screen reader is told of an element.
struct AccessibleElement {
  std::string role;  // "heading", "button", "link", ...
  std::string name;
  bool operator==(const AccessibleElement&) const = default;
};

// The size of the window, or of a phone, in CSS pixels.
struct Screen {
  int width = 1280;
  int height = 800;
  bool phone = false;
};

// One tab of a headless Chromium, used as a person uses it: by what is shown, by mouse and by keyboard.
//
//   Browser browser(folder);
//   browser.open(url);
//   browser.click("Accept");
//   EXPECT_THAT(browser.text(), HasSubstr("You have joined"));
//
// Scripts of pages run unless forbid_scripts() was called. Throws std::runtime_error. Not thread-safe.
class Browser {
 public:
  // `folder` holds its profile and its log.
  explicit Browser(const std::filesystem::path& folder);

  // Each of these waits until the page that comes is loaded.
  void open(const std::string& url);
  void reload();  // sends a form again
  void back();
  // The one button or link of this accessible name, with the mouse.
  void click(const std::string& name);
  // "Tab", "Enter" or "Space". Waits for nothing; await_load() does, for what a key has set off.
  void press(const std::string& key);
  void await_load();

  // The text that is shown.
  [[nodiscard]] std::string text();
  [[nodiscard]] std::string title();
  [[nodiscard]] std::string url();
  // The HTTP status of the page, and its header fields with names in lower case.
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::map<std::string, std::string>& headers() const { return headers_; }
  // What the browser refused or complained about since the last open(), a line each: violations of the Content Security
  // Policy, for one.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
  // The elements that have a role and a name, in the order of the page.
  [[nodiscard]] std::vector<AccessibleElement> accessible_elements();
  // The name of the element that has the keyboard; empty: none.
  [[nodiscard]] std::string focused();
  // Whether a part of the page lies beyond the right edge.
  [[nodiscard]] bool scrolls_sideways();
  // The whole page as PNG.
  void screenshot(const std::filesystem::path& file);

  void set_screen(const Screen& screen);
  void set_dark(bool dark);
  void forbid_scripts();
  // What the page would answer to a script of its own.
  [[nodiscard]] nlohmann::json evaluate(const std::string& expression);

 private:
  void take(const nlohmann::json& event);
  nlohmann::json accessibility_tree();

  int loads_ = 0;  // since the last wait
  int status_ = 0;
  std::string frame_;
  std::map<std::string, std::string> headers_;
  std::vector<std::string> complaints_;
  DevTools devtools_;
};

}  // namespace guildhall::tests::cluster
