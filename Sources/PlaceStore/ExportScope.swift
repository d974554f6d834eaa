import Places
import Postgres

/// Which rows a dump or an import is about, as `--where` says it: `municipality=853,202`. Several filters all hold.
public struct ExportScope: Sendable, Hashable {
  /// What can be filtered by.
  public enum Field: String, Sendable, Hashable, CaseIterable {
    case municipality
    case dataSource = "data_source"
    case postalCode = "postal_code"
    case kind
  }

  /// One field with the values of which a row must have one.
  public struct Filter: Sendable, Hashable {
    /// The field.
    public let field: Field
    /// The values: codes or names of municipalities, ids of data sources, postal codes, kinds.
    public let values: [String]
  }

  /// The filters, which must all hold; none: everything.
  public private(set) var filters: [Filter] = []

  /// Everything.
  public init() {}

  /// Reads filters such as `municipality=853,Åbo` and `data_source=turku`. Throws ``Places/InvalidValue``.
  public init(_ texts: [String]) throws(InvalidValue) {
    for text in texts { try add(text) }
  }

  /// Adds one filter. Throws ``Places/InvalidValue`` saying what can be written.
  public mutating func add(_ text: String) throws(InvalidValue) {
    let known = Field.allCases.map(\.rawValue).joined(separator: ", ")
    guard let equals = text.firstIndex(of: "=") else {
      throw InvalidValue("where", value: text, "A filter is field=value,value; the fields are \(known).")
    }
    let name = Self.trimmed(text[..<equals])
    guard let field = Field(rawValue: name.lowercased()) else {
      let near = NearestName.find(name.lowercased(), among: Set(Field.allCases.map(\.rawValue)))
      throw InvalidValue(
        "where", value: text,
        "There is no filter \"\(name)\"\(near.map { ", did you mean \($0)?" } ?? ":") The fields are \(known).")
    }
    let values = text[text.index(after: equals)...].split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
    guard !values.isEmpty else {
      throw InvalidValue("where", value: text, "Give values: \(field.rawValue)=value,value.")
    }
    for value in values {
      switch field {
      case .municipality: break
      case .dataSource: _ = try DataSourceID(value)
      case .postalCode: _ = try PostalCode(value)
      case .kind:
        guard PlaceKind(rawValue: value) != nil else {
          throw InvalidValue(
            "kind", value: value, "A kind is one of \(PlaceKind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
      }
    }
    filters.append(Filter(field: field, values: values))
  }

  /// Whether a field is filtered by.
  public func names(_ field: Field) -> Bool { filters.contains { $0.field == field } }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension ExportScope {
  /// The same with codes in place of the names of municipalities, those that a merged one became included. Throws
  /// ``StoreError/invalidQuery(parameter:detail:)`` for one that is not known.
  func resolved(_ gazetteer: Gazetteer) throws -> ExportScope {
    var scope = ExportScope()
    for filter in filters {
      guard filter.field == .municipality else {
        scope.filters.append(filter)
        continue
      }
      let codes = try filter.values.flatMap { value in
        guard let found = gazetteer.find(value) else {
          throw StoreError.invalidQuery(
            parameter: "municipality", detail: "There is no municipality \"\(value)\": give its code or its name.")
        }
        return [found.code] + gazetteer.current(found.code)
      }
      scope.filters.append(Filter(field: .municipality, values: Set(codes.map(\.description)).sorted()))
    }
    return scope
  }

  /// Conditions on the narrow rows: of the rows themselves under one alias, of the places that they lie at under another.
  func conditions(own: String, place: String) -> [SQL] {
    filters.map { filter in
      let column: SQL =
        switch filter.field {
        case .municipality: "\(unescaped: place).municipality"
        case .dataSource: "\(unescaped: own).data_source"
        case .postalCode: "\(unescaped: place).postal_code"
        case .kind: "\(unescaped: place).kind"
        }
      return "\(column) = any(\(filter.values)::text[])"
    }
  }
}
