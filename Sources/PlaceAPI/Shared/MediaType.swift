/// What an answer can be written as.
enum MediaType: Sendable, Hashable {
  case json, jsonLD, geoJSON, html, text, problem
  /// What dumps are written as, and their checksums.
  case csv, ndjson, geoPackage, plain

  /// The type and subtype.
  var essence: String {
    switch self {
    case .json: "application/json"
    case .jsonLD: "application/ld+json"
    case .geoJSON: "application/geo+json"
    case .html: "text/html"
    case .text, .plain: "text/plain"
    case .problem: "application/problem+json"
    case .csv: "text/csv"
    case .ndjson: "application/x-ndjson"
    case .geoPackage: "application/geopackage+sqlite3"
    }
  }

  /// The `Content-Type` header.
  var contentType: String {
    switch self {
    case .json: "application/json; charset=utf-8"
    case .html: "text/html; charset=utf-8"
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .csv, .plain: "\(essence); charset=utf-8"
    default: essence
    }
  }

  /// The offered type that an `Accept` header likes best (RFC 9110 section 12.5.1); nil when it refuses them all.
  /// Without a header, and among equals, the first offered.
  static func negotiate(_ accept: String?, offered: [MediaType]) -> MediaType? {
    guard let accept, !accept.isEmpty, accept != "*/*" else { return offered.first }
    let ranges = accept.split(separator: ",").map { range -> (type: String, quality: Double) in
      let parts = range.split(separator: ";").map { $0.trimmed.lowercased() }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      return (parts.first ?? "", quality)
    }
    var best: (media: MediaType, quality: Double)?
    for media in offered {
      // The most specific range decides: type/subtype, then type/*, then */*.
      let family = media.essence.prefix { $0 != "/" } + "/*"
      let names = media == .geoJSON ? [media.essence, "application/vnd.geo+json"] : [media.essence]
      let quality =
        ranges.first { names.contains($0.type) }?.quality ?? ranges.first { $0.type == family }?.quality
        ?? ranges.first { $0.type == "*/*" }?.quality ?? 0
      if quality > (best?.quality ?? 0) { best = (media, quality) }
    }
    return best?.media
  }
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }
}
