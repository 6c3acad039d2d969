#include "tests/cluster/browser.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <stdexcept>

namespace guildhall::tests::cluster {
namespace {

using nlohmann::json;

std::string decode_base64(const std::string& text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char letter : text) {
    const auto digit = kDigits.find(letter);
    if (digit == std::string_view::npos) {
      break;  // the padding
    }
    bits = bits << 6U | static_cast<unsigned>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU));
    }
  }
  return bytes;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

struct Key {
  std::string name;
  std::string code;
  std::string text;
  int number = 0;
};

Key key_of(const std::string& name) {
  static const std::map<std::string, Key> kKeys{
      {"Tab", {"Tab", "Tab", "", 9}}, {"Enter", {"Enter", "Enter", "\r", 13}}, {"Space", {" ", "Space", " ", 32}}};
  return kKeys.at(name);
}

std::string value_of(const json& node, const char* field) {
  return node.contains(field) ? node[field].value("value", "") : "";
}

bool is_focused(const json& node) {
  const json properties = node.value("properties", json::array());
  return std::any_of(properties.begin(), properties.end(), [](const json& property) {
    return property["name"] == "focused" && property["value"].value("value", false);
  });
}

// Of a quadrilateral: x1, y1, x2, y2, ...
std::pair<double, double> middle_of(const json& corners) {
  double x = 0;
  double y = 0;
  for (std::size_t i = 0; i < corners.size(); i += 2) {
    x += corners[i].get<double>() / 4;
    y += corners[i + 1].get<double>() / 4;
  }
  return {x, y};
}

bool can_be_clicked(const json& node) {
  const std::string role = value_of(node, "role");
  return !node.value("ignored", false) && (role == "button" || role == "link");
}

// As it was: it is not loaded then.
bool is_shown_again(const std::string& method, const json& params) {
  return method == "Page.frameNavigated" && params.value("type", "") == "BackForwardCacheRestore";
}

}  // namespace

Browser::Browser(const std::filesystem::path& folder) : devtools_(folder, [this](const json& event) { take(event); }) {
  const std::string target = devtools_.call("Target.createTarget", {{"url", "about:blank"}})["targetId"];
  devtools_.attach(target);
  for (const char* const domain : {"Page", "Network", "DOM", "Accessibility", "Log", "Audits"}) {
    devtools_.call(std::string(domain) + ".enable");
  }
  frame_ = devtools_.call("Page.getFrameTree")["frameTree"]["frame"]["id"];
  set_screen({});
}

void Browser::take(const json& event) {
  const std::string method = event["method"];
  const json& params = event["params"];
  if (method == "Page.loadEventFired" || is_shown_again(method, params)) {
    ++loads_;
  } else if (method == "Network.responseReceived" && params["type"] == "Document" && params["frameId"] == frame_) {
    status_ = params["response"]["status"];
    headers_.clear();
    for (const auto& [name, value] : params["response"]["headers"].items()) {
      headers_[lower_case(name)] = value;
    }
  } else if (method == "Log.entryAdded" && params["entry"].value("source", "") != "network") {
    complaints_.push_back(params["entry"]["text"]);
  } else if (method == "Audits.issueAdded") {
    complaints_.push_back(params["issue"].dump());
  }
}

void Browser::await_load() {
  devtools_.await("a page to be loaded", [this] { return loads_ > 0; });
  loads_ = 0;
}

void Browser::open(const std::string& url) {
  loads_ = 0;
  complaints_.clear();
  const json result = devtools_.call("Page.navigate", {{"url", url}});
  if (result.contains("errorText")) {
    throw std::runtime_error(url + ": " + result["errorText"].get<std::string>());
  }
  await_load();
}

void Browser::reload() {
  loads_ = 0;
  devtools_.call("Page.reload");
  await_load();
}

void Browser::back() {
  const json history = devtools_.call("Page.getNavigationHistory");
  const auto current = history["currentIndex"].get<std::size_t>();
  loads_ = 0;
  devtools_.call("Page.navigateToHistoryEntry", {{"entryId", history["entries"].at(current - 1)["id"]}});
  await_load();
}

void Browser::click(const std::string& name) {
  const json root = devtools_.call("DOM.getDocument", {{"depth", 0}})["root"];
  const json found = devtools_.call("Accessibility.queryAXTree",
                                    {{"backendNodeId", root["backendNodeId"]}, {"accessibleName", name}})["nodes"];
  const auto target = std::find_if(found.begin(), found.end(), can_be_clicked);
  if (target == found.end()) {
    throw std::runtime_error("there is no button or link '" + name + "' on: " + text());
  }
  const json node = {{"backendNodeId", (*target)["backendDOMNodeId"]}};
  devtools_.call("DOM.scrollIntoViewIfNeeded", node);
  const auto [x, y] = middle_of(devtools_.call("DOM.getContentQuads", node)["quads"].at(0));
  loads_ = 0;
  for (const char* const type : {"mousePressed", "mouseReleased"}) {
    devtools_.call("Input.dispatchMouseEvent",
                   {{"type", type}, {"x", x}, {"y", y}, {"button", "left"}, {"clickCount", 1}});
  }
  await_load();
}

void Browser::press(const std::string& key) {
  const Key pressed = key_of(key);
  json down = {
      {"type", "keyDown"}, {"key", pressed.name}, {"code", pressed.code}, {"windowsVirtualKeyCode", pressed.number}};
  json up = down;
  up["type"] = "keyUp";
  if (!pressed.text.empty()) {
    down["text"] = pressed.text;
  }
  devtools_.call("Input.dispatchKeyEvent", down);
  devtools_.call("Input.dispatchKeyEvent", up);
}

json Browser::evaluate(const std::string& expression) {
  const json answer = devtools_.call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}});
  if (answer.contains("exceptionDetails")) {
    throw std::runtime_error(expression + ": " + answer["exceptionDetails"].dump());
  }
  return answer["result"].value("value", json());
}

std::string Browser::text() {
  return evaluate("document.body.innerText");
}

std::string Browser::title() {
  return evaluate("document.title");
}

std::string Browser::url() {
  return evaluate("location.href");
}

json Browser::accessibility_tree() {
  return devtools_.call("Accessibility.getFullAXTree")["nodes"];
}

std::vector<AccessibleElement> Browser::accessible_elements() {
  std::vector<AccessibleElement> elements;
  for (const json& node : accessibility_tree()) {
    AccessibleElement element{.role = value_of(node, "role"), .name = value_of(node, "name")};
    if (!node.value("ignored", false) && !element.role.empty() && !element.name.empty()) {
      elements.push_back(std::move(element));
    }
  }
  return elements;
}

std::string Browser::focused() {
  for (const json& node : accessibility_tree()) {
    if (is_focused(node) && value_of(node, "role") != "RootWebArea") {
      return value_of(node, "name");
    }
  }
  return {};
}

bool Browser::scrolls_sideways() {
  const json metrics = devtools_.call("Page.getLayoutMetrics");
  return metrics["cssContentSize"]["width"].get<double>() > metrics["cssLayoutViewport"]["clientWidth"].get<double>();
}

void Browser::screenshot(const std::filesystem::path& file) {
  const json shot = devtools_.call("Page.captureScreenshot", {{"format", "png"}, {"captureBeyondViewport", true}});
  std::filesystem::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << decode_base64(shot["data"]);
  if (!stream.flush()) {
    throw std::runtime_error("cannot write " + file.string());
  }
}

void Browser::set_screen(const Screen& screen) {
  devtools_.call("Emulation.setDeviceMetricsOverride", {{"width", screen.width},
                                                        {"height", screen.height},
                                                        {"deviceScaleFactor", screen.phone ? 2 : 1},
                                                        {"mobile", screen.phone}});
}

void Browser::set_dark(bool dark) {
  const json scheme = {{"name", "prefers-color-scheme"}, {"value", dark ? "dark" : "light"}};
  devtools_.call("Emulation.setEmulatedMedia", {{"features", json::array({scheme})}});
}

void Browser::forbid_scripts() {
  devtools_.call("Emulation.setScriptExecutionDisabled", {{"value", true}});
}

}  // namespace guildhall::tests::cluster
