import Foundation
import OpeningHours
import Places

extension WebAddress {
  /// The text where it is a web address, or is one with `https://` before it; nil for what is none.
  static func text(_ text: String) -> String? {
    if (try? WebAddress(text)) != nil { return text }
    guard !text.contains(":"), text.contains("."), (try? WebAddress("https://" + text)) != nil else { return nil }
    return "https://" + text
  }
}

extension ShapedCells {
  /// The column `opening_hours` of hours in another notation; what gets lost becomes notes.
  mutating func hours<Source: Decodable>(
    _ json: JSONValue?, as type: Source.Type, _ convert: ([Source]) -> HoursConversion
  ) {
    self["opening_hours"] = ""
    guard let json, json != .null, json.arrayValue?.isEmpty != true else { return }
    guard let source = try? JSONDecoder().decode([Source].self, from: Data(json.text.utf8)) else {
      note("hours-unreadable", "The opening hours are not of the form that is known, and are left out.")
      return
    }
    let conversion = convert(source)
    for loss in conversion.losses {
      note("hours-loss", "\(loss.what) (\(loss.where)\(loss.value.map { ": \($0)" } ?? ""))")
    }
    guard let expression = conversion.expression?.description else { return }
    do {
      self["opening_hours"] = try OpeningHoursText.checked(expression)
    } catch {
      note("hours-unreadable", "The opening hours \"\(expression)\" are left out: \(error.detail)")
    }
  }

  /// The columns `info_url_*`, and `urls` for further addresses of a language. What is no web address, also with
  /// `https://` before it, is told and left out: a row is not lost for it.
  mutating func webAddresses(_ addresses: [(language: String, url: String)]) {
    var first: [Language: String] = [:]
    var others: [String] = []
    for (tag, text) in addresses where !text.isEmpty {
      guard let language = Language(rawValue: tag) else {
        note("language", "The web address \(text) in the language \"\(tag)\" is left out.")
        continue
      }
      guard let url = WebAddress.text(text) else {
        note("web-address", "\"\(text)\" is no web address and is left out.")
        continue
      }
      if first[language] == nil {
        first[language] = url
      } else if first[language] != url {
        others.append("website@\(language.rawValue)=\(url)")
      }
    }
    for language in first.keys.sorted() { self["info_url_\(language.rawValue)"] = first[language] ?? "" }
    if !others.isEmpty { self["urls"] = others.joined(separator: ";") }
  }

  /// The column `identifiers`; what could be none is told.
  mutating func identifiers(_ pairs: [(scheme: String, value: String)]) {
    var texts: [String] = []
    for (scheme, value) in pairs where !value.isEmpty {
      guard !value.contains(";"), (try? ForeignIdentifier(scheme: scheme, value: value)) != nil else {
        note("identifier", "The identifier \(scheme)=\(value) can't be kept.")
        continue
      }
      let text = "\(scheme)=\(value)"
      if !texts.contains(text) { texts.append(text) }
    }
    self["identifiers"] = texts.joined(separator: ";")
  }

  /// The first of several e-mail addresses; the others are told.
  mutating func emails(_ all: [String]) {
    var addresses: [String] = []
    for address in all where !address.isEmpty && !addresses.contains(address) { addresses.append(address) }
    self["email"] = addresses.first ?? ""
    if addresses.count > 1 {
      note("value-dropped", "One e-mail address is kept; left out: \(addresses.dropFirst().joined(separator: ", ")).")
    }
  }
}
