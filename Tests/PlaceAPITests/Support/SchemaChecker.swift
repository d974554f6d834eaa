import Foundation

/// Checks JSON and whole HTTP answers against openapi.json.
///
/// It knows the part of JSON Schema 2020-12 that the document uses. A keyword or format that it doesn't know is an error,
/// as is a `$ref` that leads nowhere, so that nothing stands in the document unchecked.
struct SchemaChecker: Sendable {
  let document: CheckedJSON

  struct DocumentError: Error, CustomStringConvertible {
    var problems: [String]
    var description: String { problems.joined(separator: "\n") }
  }

  init(openAPI: Data) throws {
    document = try CheckedJSON(openAPI)
    let problems = Self.lint(document)
    if !problems.isEmpty { throw DocumentError(problems: problems) }
  }

  /// - Returns: one line for each fault, `<JSON pointer>: <what is wrong>`; none if the value is right.
  func check(_ json: CheckedJSON, against schema: CheckedJSON) -> [String] {
    var run = Run(document: document)
    run.validate(json, schema, at: "")
    return run.problems
  }

  /// Checks against a schema of the document by its name.
  func check(_ json: CheckedJSON, schema name: String) -> [String] {
    check(json, against: .object(["$ref": .string("#/components/schemas/\(name)")]))
  }
}

extension SchemaChecker {
  static let annotations: Set = ["description", "title", "example", "examples", "default", "deprecated"]

  /// One check in progress.
  struct Run {
    let document: CheckedJSON
    var problems: [String] = []

    mutating func fault(_ pointer: String, _ text: String) {
      problems.append("\(pointer.isEmpty ? "/" : pointer): \(text)")
    }

    /// The faults of another attempt, without keeping them.
    func attempt(_ value: CheckedJSON, _ schema: CheckedJSON, at pointer: String) -> [String] {
      var run = Run(document: document)
      run.validate(value, schema, at: pointer)
      return run.problems
    }

    mutating func validate(_ value: CheckedJSON, _ schema: CheckedJSON, at pointer: String) {
      if case .bool(let allowed) = schema {
        if !allowed { fault(pointer, "nothing is allowed here") }
        return
      }
      guard case .object(let keywords) = schema else { return fault(pointer, "the schema is no object") }
      for (keyword, argument) in keywords.sorted(by: { $0.key < $1.key }) {
        switch keyword {
        case "$ref":
          guard let target = SchemaChecker.resolve(argument, in: document) else {
            fault(pointer, "the schema's $ref leads nowhere: \(argument)")
            continue
          }
          validate(value, target, at: pointer)
        case "type":
          let names = argument.string.map { [$0] } ?? argument.array?.compactMap(\.string) ?? []
          if value.typeNames.isDisjoint(with: names) {
            fault(
              pointer, "is \(value.typeNames.sorted().joined(separator: "/")), not \(names.joined(separator: " or "))")
          }
        case "enum":
          if argument.array?.contains(value) != true { fault(pointer, "\(value) is not one of \(argument)") }
        case "const":
          if value != argument { fault(pointer, "\(value) is not \(argument)") }
        case "allOf":
          for part in argument.array ?? [] { validate(value, part, at: pointer) }
        case "anyOf", "oneOf":
          validateChoice(value, argument.array ?? [], exactlyOne: keyword == "oneOf", at: pointer)
        case "required", "properties", "additionalProperties", "minProperties":
          if let object = value.object { validateObject(object, keyword, argument, keywords, at: pointer) }
        case "items", "minItems", "maxItems":
          if let array = value.array { validateArray(array, keyword, argument, at: pointer) }
        case "minimum", "maximum":
          if let number = value.number, let bound = argument.number {
            if keyword == "minimum" ? number < bound : number > bound {
              fault(pointer, "\(number) breaks \(keyword) \(bound)")
            }
          }
        case "minLength", "maxLength", "pattern", "format":
          if let string = value.string { validateString(string, keyword, argument, at: pointer) }
        default:
          if !SchemaChecker.annotations.contains(keyword) {
            fault(pointer, "the schema's keyword \(keyword) is unknown")
          }
        }
      }
    }

    private mutating func validateChoice(
      _ value: CheckedJSON, _ choices: [CheckedJSON], exactlyOne: Bool, at pointer: String
    ) {
      let attempts = choices.map { attempt(value, $0, at: pointer) }
      let fitting = attempts.count { $0.isEmpty }
      if fitting > 1, exactlyOne { fault(pointer, "fits \(fitting) of oneOf, not exactly one") }
      // Of the ways to fail, the one with the fewest faults that lie deepest is most likely the one that was meant.
      if fitting == 0 {
        let depth = { (problems: [String]) in problems.map { $0.prefix { $0 != ":" }.count }.max() ?? 0 }
        let closest = attempts.max { depth($0) < depth($1) } ?? []
        fault(pointer, "fits none of \(choices.count) choices; the closest says: \(closest.joined(separator: "; "))")
      }
    }

    private mutating func validateObject(
      _ object: [String: CheckedJSON], _ keyword: String, _ argument: CheckedJSON, _ keywords: [String: CheckedJSON],
      at pointer: String
    ) {
      switch keyword {
      case "required":
        for key in argument.array?.compactMap(\.string) ?? [] where object[key] == nil {
          fault(pointer, "lacks \(key)")
        }
      case "minProperties":
        if Double(object.count) < argument.number ?? 0 { fault(pointer, "has only \(object.count) properties") }
      case "properties":
        for (key, schema) in (argument.object ?? [:]).sorted(by: { $0.key < $1.key }) {
          if let value = object[key] { validate(value, schema, at: pointer + "/" + SchemaChecker.escape(key)) }
        }
      default:
        let known = keywords["properties"]?.object ?? [:]
        for (key, value) in object.sorted(by: { $0.key < $1.key }) where known[key] == nil {
          if argument == .bool(false) {
            fault(pointer, "has the unknown key \(key)")
          } else {
            validate(value, argument, at: pointer + "/" + SchemaChecker.escape(key))
          }
        }
      }
    }

    private mutating func validateArray(
      _ array: [CheckedJSON], _ keyword: String, _ argument: CheckedJSON, at pointer: String
    ) {
      switch keyword {
      case "items":
        for (index, value) in array.enumerated() { validate(value, argument, at: "\(pointer)/\(index)") }
      case "minItems": if Double(array.count) < argument.number ?? 0 { fault(pointer, "has only \(array.count) items") }
      default: if Double(array.count) > argument.number ?? 0 { fault(pointer, "has \(array.count) items, too many") }
      }
    }

    private mutating func validateString(
      _ string: String, _ keyword: String, _ argument: CheckedJSON, at pointer: String
    ) {
      let length = Double(string.unicodeScalars.count)
      switch keyword {
      case "minLength": if length < argument.number ?? 0 { fault(pointer, "is shorter than \(argument)") }
      case "maxLength": if length > argument.number ?? 0 { fault(pointer, "is longer than \(argument)") }
      case "pattern":
        if !SchemaChecker.matches(string, argument.string ?? "") {
          fault(pointer, "\"\(string)\" doesn't fit \(argument)")
        }
      default:
        guard let isRight = SchemaChecker.formats[argument.string ?? ""] else {
          return fault(pointer, "the schema's format \(argument) is unknown")
        }
        if !isRight(string) { fault(pointer, "\"\(string)\" is no \(argument.string ?? "")") }
      }
    }
  }
}
