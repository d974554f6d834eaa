import Geodesy
import Places

/// Reads typed values out of a query and gathers everything that is wrong, so that all of it is told at once.
struct ParameterReader {
  let query: QueryString
  private(set) var errors: [InputError] = []

  init(_ query: QueryString) { self.query = query }

  mutating func fail(_ name: String, _ detail: String, code: String = "invalid-parameter") {
    errors.append(InputError(parameter: name, value: query[name] ?? "", code: code, detail: detail))
  }

  /// Throws ``Problem`` with everything that was wrong.
  func finish() throws {
    if !errors.isEmpty { throw Problem.parameters(errors) }
  }

  /// Values separated by commas, without empty ones; nil when there are none.
  mutating func list(_ name: String, limit: Int = 1000) -> [String]? {
    guard let text = query[name] else { return nil }
    let values = text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    guard values.count <= limit else {
      fail(name, "At most \(limit) values can be given.", code: "too-long")
      return nil
    }
    if values.isEmpty { fail(name, "Give at least one value, or leave \(name) out.") }
    return values.isEmpty ? nil : values
  }

  /// A list of values that each are of a type.
  mutating func list<T>(_ name: String, _ parse: (String) throws(InvalidValue) -> T) -> [T]? {
    guard let values = list(name) else { return nil }
    do throws(InvalidValue) {
      var parsed: [T] = []
      for value in values { parsed.append(try parse(value)) }
      return parsed
    } catch {
      fail(name, "\(error.value): \(error.detail)", code: "invalid-\(error.code)")
      return nil
    }
  }

  /// A list of an enumeration's values.
  mutating func choices<T: RawRepresentable & CaseIterable>(_ name: String, _ type: T.Type) -> [T]?
  where T.RawValue == String {
    guard let values = list(name) else { return nil }
    let parsed = values.compactMap { T(rawValue: $0) }
    guard parsed.count == values.count else {
      fail(name, "The values are \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
      return nil
    }
    return parsed
  }

  /// On for any value but `false` and `0`.
  func flag(_ name: String) -> Bool {
    guard let value = query[name]?.lowercased() else { return false }
    return value != "false" && value != "0"
  }

  /// `true` or `false`, nothing else.
  mutating func strictFlag(_ name: String) -> Bool {
    switch query[name]?.lowercased() {
    case nil, "false": return false
    case "true": return true
    default:
      fail(name, "Give true or false.")
      return false
    }
  }

  /// `count` finite numbers separated by commas.
  mutating func numbers(_ name: String, _ count: Int, _ form: String) -> [Double]? {
    guard let text = query[name] else { return nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
    let numbers = parts.compactMap { Self.number($0) }
    guard parts.count == count, numbers.count == count else {
      fail(name, "Give \(form): \(count == 1 ? "a finite number" : "\(count) finite numbers with commas between").")
      return nil
    }
    return numbers
  }

  /// A whole number in a range.
  mutating func whole(_ name: String, _ range: ClosedRange<Int>) -> Int? {
    guard let text = query[name] else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), range.contains(number) else {
      let upper = range.upperBound == .max ? "on" : "to \(range.upperBound)"
      fail(name, "Give a whole number from \(range.lowerBound) \(upper).")
      return nil
    }
    return number
  }

  /// A finite decimal number; no hexadecimal, no words.
  private static func number(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// A time, or a date's midnight, in Europe/Helsinki unless it has an offset.
  mutating func time(_ name: String) -> Timestamp? {
    guard let text = query[name] else { return nil }
    if let time = Timestamp(rfc3339: Self.withPlus(text), zone: API.zone) { return time }
    fail(name, "Give a time such as 2026-06-01T12:00:00+03:00, or a date.")
    return nil
  }

  /// A time as it was meant: in a query an unencoded + is a blank, as in `12:00:00 02:00`.
  static func withPlus(_ text: String) -> String {
    guard text.contains(" "), let match = text.wholeMatch(of: /(.+:[0-9.]+) ([0-9]{2}:[0-9]{2})/) else { return text }
    return "\(match.1)+\(match.2)"
  }

  /// `page`, from 1. Throws ``Problem`` 404 for anything else, as Linked Events.
  func page() throws -> Int {
    guard let text = query["page"] else { return 1 }
    guard let page = Int(text), page >= 1, page <= 100_000_000 else { throw Problem.pageNotFound(text) }
    return page
  }

  /// `page_size`: 20 unless a positive number is given; at most 1000.
  func pageSize() -> Int {
    guard let size = query["page_size"].flatMap({ Int($0) }), size > 0 else { return 20 }
    return min(size, 1000)
  }
}
