import Foundation

extension SchemaChecker {
  /// Checks a whole answer: path, method, status and media type must be documented, and the body must fit its schema.
  ///
  /// - Parameters:
  ///   - path: a template of the document, or a path as requested; a query is left aside, the last slash doesn't matter.
  ///   - headers: when given, the headers that the document requires must be there and fit their schemas.
  func checkResponse(
    path: String, method: String, status: Int, contentType: String?, body: Data, headers: [String: String]? = nil
  ) -> [String] {
    guard let item = pathItem(path) else { return ["\(path): the path is not documented"] }
    let method = method.lowercased()
    let name = "\(method.uppercased()) \(path) \(status)"
    let operation = item[method] ?? (method == "head" ? item["get"] : nil)
    if operation == nil {
      if method == "options", status == 204 { return body.isEmpty ? [] : ["\(name): the body is not empty"] }
      if status != 405 { return ["\(name): the method is not documented, so 405 is the only answer"] }
    }
    let responses = (operation ?? item["get"])?["responses"]
    guard var response = responses?[String(status)] ?? responses?["\(status / 100)XX"] ?? responses?["default"] else {
      return ["\(name): the status is not documented"]
    }
    if let reference = response["$ref"] { response = Self.resolve(reference, in: document) ?? response }
    return
      (checkBody(response, isHead: method == "head", contentType: contentType, body: body)
      + checkHeaders(response, headers)).map { "\(name): \($0)" }
  }

  private func checkBody(_ response: CheckedJSON, isHead: Bool, contentType: String?, body: Data) -> [String] {
    guard let content = response["content"]?.object else { return body.isEmpty ? [] : ["the body is not empty"] }
    let type = Self.mediaType(contentType ?? "")
    guard let media = content.first(where: { Self.mediaType($0.key) == type })?.value else {
      return ["the media type \(contentType ?? "(none)") is not documented"]
    }
    if isHead { return body.isEmpty ? [] : ["HEAD has a body"] }
    guard let schema = media["schema"] else { return [] }
    do {
      let isJSON = type == "application/json" || type.hasSuffix("+json")
      if isJSON { return check(try CheckedJSON(body), against: schema) }
      guard let text = String(data: body, encoding: .utf8) else { return ["the body is not UTF-8"] }
      return check(.string(text), against: schema)
    } catch {
      return ["\(error)"]
    }
  }

  private func checkHeaders(_ response: CheckedJSON, _ headers: [String: String]?) -> [String] {
    guard let headers else { return [] }
    let given = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { $0 + ", " + $1 })
    return (response["headers"]?.object ?? [:]).sorted { $0.key < $1.key }.flatMap { name, entry in
      let header = entry["$ref"].flatMap { Self.resolve($0, in: document) } ?? entry
      guard let value = given[name.lowercased()] else {
        return header["required"] == .bool(true) ? ["lacks the header \(name)"] : []
      }
      return check(.string(value), against: header["schema"] ?? .bool(true)).map { "the header \(name): \($0)" }
    }
  }

  private static func mediaType(_ text: String) -> String {
    text.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
  }

  /// The path's entry: the one with the most literal steps where several fit.
  private func pathItem(_ path: String) -> CheckedJSON? {
    let paths = document["paths"]?.object ?? [:]
    let plain = String(path.prefix { $0 != "?" })
    if let item = paths[plain] { return item }
    let steps = Self.steps(plain)
    return paths.filter { template, _ in
      let wanted = Self.steps(template)
      return wanted.count == steps.count
        && zip(wanted, steps).allSatisfy { $0.hasPrefix("{") && !$1.isEmpty || $0 == $1 }
    }
    .min { Self.variables($0.key) < Self.variables($1.key) }?.value
  }

  private static func steps(_ path: String) -> [Substring] {
    (path.hasSuffix("/") ? path.dropLast() : path[...]).split(separator: "/", omittingEmptySubsequences: false)
  }

  private static func variables(_ template: String) -> Int { steps(template).count { $0.hasPrefix("{") } }
}
