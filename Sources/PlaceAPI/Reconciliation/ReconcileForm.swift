import HTTPTypes
import NIOCore
import Places

/// What a client asks of `/reconcile`: the manifest, candidates for a batch of questions, or values of properties.
/// https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
enum ReconcileForm: Sendable {
  case manifest
  case queries(JSONValue)
  case extend(JSONValue)

  static let fields: Set<String> = ["queries", "extend"]

  /// Reads what stands in the query of a GET. Throws ``Problem`` 400.
  init(query: QueryString) throws {
    switch (query["queries"], query["extend"]) {
    case (nil, nil): self = .manifest
    case (let text?, nil): self = .queries(try Self.json(text, "queries"))
    case (nil, let text?): self = .extend(try Self.json(text, "extend"))
    case (let text?, _?): throw Problem.parameter("queries", Self.excerpt(text), "Give queries or extend, not both.")
    }
  }

  /// Reads the form that a POST brings. Throws ``Problem`` 400 and 415.
  init(_ exchange: Exchange) throws {
    let type = exchange.headers[.contentType]?.split(separator: ";").first.map { $0.trimmed.lowercased() }
    if let type, type != "application/x-www-form-urlencoded" {
      throw Problem.unsupportedMedia("The body is \(type): send a form, application/x-www-form-urlencoded.")
    }
    guard let text = String(validating: exchange.body.readableBytesView, as: UTF8.self) else {
      throw Problem.malformed("The form is no UTF-8.")
    }
    let form = try QueryString(text.trimmed)
    try form.check(known: Self.fields)
    try self.init(query: form)
    if case .manifest = self {
      throw Problem.malformed("The form is empty: send queries={…} or extend={…}, percent-encoded.")
    }
  }

  private static func json(_ text: String, _ field: String) throws -> JSONValue {
    let value: JSONValue
    do { value = try JSONParser.parse(text) } catch {
      throw Problem.parameter(field, excerpt(text), "This is no JSON: \(error).", code: "malformed-json")
    }
    guard value.members != nil else {
      throw Problem.parameter(field, excerpt(text), "Give a JSON object.", code: "malformed-json")
    }
    if value.hasNUL { throw Problem.parameter(field, "", "Text can't hold NUL characters.", code: "malformed-json") }
    return value
  }

  /// The beginning of what came, to be told back in an error.
  static func excerpt(_ text: String) -> String { text.count > 80 ? text.prefix(80) + "…" : text }
}
