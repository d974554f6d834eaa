import Foundation
import HTTPTypes
import Places

/// The addresses of the pages around this one.
struct Paging {
  let next: String?
  let previous: String?
  let current: String

  /// `next` carries `page` (Linked Events' front ends read it) and a cursor beside it; parameters stand in
  /// alphabetical order, as Linked Events writes them.
  init(_ exchange: Exchange, page: Int, hasNext: Bool, cursor: PlaceCursor? = nil) {
    current = Self.url(exchange, page: nil, cursor: nil)
    next = hasNext ? Self.url(exchange, page: page + 1, cursor: cursor) : nil
    previous = page > 1 ? Self.url(exchange, page: page - 1, cursor: nil) : nil
  }

  private static func url(_ exchange: Exchange, page: Int?, cursor: PlaceCursor?) -> String {
    var items = exchange.query.items
    if let page {
      items.removeAll { $0.name == "page" || $0.name == "cursor" }
      items.append(("page", String(page)))
      if let cursor { items.append(("cursor", encode(cursor))) }
    }
    items.sort { $0.name < $1.name }
    return exchange.baseURL + exchange.path + QueryString.encoded(items)
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// The cursor as base64 for URLs (RFC 4648 section 5), without padding.
  private static func encode(_ cursor: PlaceCursor) -> String {
    let bytes = Array(cursor.json.utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 4 / 3 + 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
      for _ in 0...group.count {
        text.append(alphabet[Int(bits >> 18 & 63)])
        bits <<= 6
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads a cursor; nil when it is none of ours.
  static func decode(_ text: String) -> PlaceCursor? {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: padded), let json = String(data: data, encoding: .utf8) else { return nil }
    return PlaceCursor(json: json)
  }

  /// Percent-encodes everything but unreserved characters (RFC 3986).
  static func escape(_ text: String) -> String { ResourceAddress.escape(text) }

  /// `meta` of a list.
  func meta(count: Int, into w: inout JSONWriter) {
    w.key("meta")
    w.beginObject()
    w.key("count")
    w.integer(count)
    w.member("next", next)
    w.member("previous", previous)
    w.endObject()
  }

  /// The `Link` header (RFC 8288), nil when there is only one page.
  var link: String? {
    let links = [next.map { "<\($0)>; rel=\"next\"" }, previous.map { "<\($0)>; rel=\"prev\"" }].compactMap { $0 }
    return links.isEmpty ? nil : links.joined(separator: ", ")
  }
}
