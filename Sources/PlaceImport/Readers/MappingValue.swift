import Places

/// How a mapping makes one field's cell of an object or of a table's row.
indirect enum MappingValue: Sendable, Hashable {
  /// A JSON Pointer, or a column's name (which in JSON is a member at the top).
  case reference(String)
  /// Of the array (or the value) at a reference: the elements whose members have these values, `then` of each; the first
  /// that is not empty, or with a separator all of them.
  case pick(String, where: [Condition], then: MappingValue?, separator: String?)
  /// The first that is not empty.
  case first([MappingValue])
  /// Those that are not empty with a separator between.
  case join([MappingValue], separator: String)
  /// Text with references in braces; nothing where one of these is empty.
  case template([Piece])
  /// The same in every row.
  case constant(String)
  /// Another value's text translated; what is not listed becomes `otherwise`, or stays.
  case translated(MappingValue, [String: String], otherwise: String?)
  /// A web address: `https://` comes before one that has no scheme.
  case web(MappingValue)

  /// A member and the values that it may have.
  struct Condition: Sendable, Hashable {
    var reference: String
    var values: [String]
  }

  /// A part of a template.
  enum Piece: Sendable, Hashable {
    case text(String)
    case reference(String)
  }

  /// All references from the row's top; those within elements of an array stand for the array.
  var references: [String] {
    switch self {
    case .reference(let name), .pick(let name, _, _, _): [name]
    case .first(let values), .join(let values, _): values.flatMap(\.references)
    case .template(let pieces):
      pieces.compactMap { if case .reference(let name) = $0 { name } else { nil } }
    case .constant: []
    case .translated(let value, _, _), .web(let value): value.references
    }
  }

  /// A reference of a mapping as a pointer: a name without `/` is a member at the top.
  static func pointer(_ reference: String) -> JSONPointer {
    if reference.hasPrefix("/"), let pointer = JSONPointer(reference) { return pointer }
    return JSONPointer(tokens: [reference])
  }

  /// The cell that it makes. `lookUp` answers what stands at a reference. `nested`: whether an array or object is taken as JSON; else it throws ``RowFault``.
  func cell(nested: Bool, _ lookUp: (String) -> JSONValue?) throws -> String {
    switch self {
    case .reference(let name): return try Self.text(lookUp(name), at: name, nested: nested)
    case .pick(let name, let conditions, let then, let separator):
      return try Self.pick(lookUp(name), name, conditions, then, separator, nested: nested)
    case .first(let values):
      for value in values {
        let text = try value.cell(nested: nested, lookUp)
        if !text.isEmpty { return text }
      }
      return ""
    case .join(let values, let separator):
      return try values.map { try $0.cell(nested: nested, lookUp) }.filter { !$0.isEmpty }
        .joined(separator: separator)
    case .template(let pieces):
      var result = ""
      for piece in pieces {
        switch piece {
        case .text(let text): result += text
        case .reference(let name):
          let text = try Self.text(lookUp(name), at: name, nested: nested)
          guard !text.isEmpty else { return "" }
          result += text
        }
      }
      return result
    case .constant(let text): return text
    case .translated(let value, let words, let otherwise):
      let text = try value.cell(nested: nested, lookUp)
      guard !text.isEmpty else { return words[""] ?? "" }
      return words[text] ?? otherwise ?? text
    case .web(let value):
      let text = try value.cell(nested: nested, lookUp)
      return WebAddress.text(text) ?? text
    }
  }

  private static func text(_ value: JSONValue?, at reference: String, nested: Bool) throws -> String {
    guard let value else { return "" }
    if value.isNested, !nested {
      let isArray = value.arrayValue != nil
      if value.arrayValue?.isEmpty ?? value.members?.isEmpty ?? false { return "" }
      let mend =
        isArray
        ? "name one element (\(reference)/0), or give a \"separator\" that joins them"
        : "name a member of it, such as \(reference)/\(value.members?.first?.key ?? "…")"
      throw RowFault("mapping", "At \(reference) stands \(isArray ? "an array" : "an object"): \(mend).")
    }
    return value.cell.trimmed
  }

  private static func pick(
    _ found: JSONValue?, _ name: String, _ conditions: [Condition], _ then: MappingValue?, _ separator: String?,
    nested: Bool
  ) throws -> String {
    guard let found else { return "" }
    let elements = (found.arrayValue ?? [found]).filter { element in
      conditions.allSatisfy { condition in
        guard let value = pointer(condition.reference).value(in: element) else { return false }
        return condition.values.contains(value.cell)
      }
    }
    var texts: [String] = []
    for element in elements {
      let text =
        try then?.cell(nested: nested) { pointer($0).value(in: element) } ?? text(element, at: name, nested: nested)
      guard !text.isEmpty else { continue }
      if separator == nil { return text }
      texts.append(text)
    }
    return texts.joined(separator: separator ?? "")
  }
}
