import Geodesy
import HTTPTypes
import NIOCore
import OpeningHours
import PlaceStore
import Places

/// HTML for other people's pages. Whatever comes from the registry goes through ``text(_:)``.
struct ReconcileHTML {
  private let writer = DocsWriter(document: [:])

  /// Escaped, for text and attributes.
  func text(_ text: String) -> String { writer.text(text) }

  /// A few lines with a name above them.
  func summary(name: String, lines: [String]) -> String {
    "<div><strong>\(text(name))</strong>" + lines.map { "<br>\(text($0))" }.joined() + "</div>"
  }

  /// A page for a small frame: rows of a label and HTML that is made already.
  func page(name: String, names: [(language: String, text: String)], rows: [(label: String, html: String)]) -> String {
    let others = names.map { "<span lang=\"\(text($0.language))\">\(text($0.text))</span>" }.joined(separator: " · ")
    let list = rows.map { "<dt>\(text($0.label))</dt><dd>\($0.html)</dd>" }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="referrer" content="no-referrer">
      <title>\(text(name))</title>
      <style>
      body { margin: 0.8rem; font: 14px/1.4 system-ui, sans-serif; color: #1a1a1a; background: #fff;
        overflow-wrap: anywhere }
      h1 { margin: 0; font-size: 1.2rem }
      p { margin: 0.1rem 0 0; color: #555 }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 0.8rem; margin: 0.6rem 0 0 }
      dt { color: #555 }
      dd { margin: 0 }
      a { color: #0a4c9c }
      </style>
      </head>
      <body>
      <h1>\(text(name))</h1>
      \(others.isEmpty ? "" : "<p>\(others)</p>")
      <dl>
      \(list)
      </dl>
      </body>
      </html>

      """
  }

  /// A link that opens outside the frame; text alone where the address is none of the web.
  func link(_ address: String, _ shown: String) -> String {
    guard address.hasPrefix("https://") || address.hasPrefix("http://") else { return text(shown) }
    return "<a href=\"\(text(address))\" target=\"_blank\" rel=\"noopener noreferrer\">\(text(shown))</a>"
  }
}

extension API {
  /// `GET /reconcile/preview`: a page for a frame of 430 × 300 pixels, without scripts.
  func preview(_ exchange: Exchange) async throws -> Answer {
    let entity = try await entity(try Self.id(exchange))
    let page: String
    var day: Double?
    switch entity {
    case .place(let place): (page, day) = try await preview(place, exchange.baseURL)
    case .address(let address): page = Self.preview(address)
    }
    var answer = Answer(media: .html, body: ByteBuffer(string: page))
    answer.validUntil = day
    answer.headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    answer.headers[.xContentTypeOptions] = "nosniff"
    return answer
  }

  private func preview(_ place: ReconcilePlace, _ baseURL: String) async throws -> (page: String, until: Double) {
    let html = ReconcileHTML()
    var rows: [(label: String, html: String)] = []
    func add(_ label: String, _ text: String?) { if let text { rows.append((label, html.text(text))) } }
    add("Status", place.unusualStatus)
    add("Address", place.addressLine)
    let municipality = place.document["municipality"]
    if let name = place.municipalityName, let code = municipality?["code"]?.stringValue {
      add("Municipality", "\(name) (\(code))")
    }
    let (hours, _) = try await store.hours(of: [place.row.id])
    let zone = VenueHours.zone
    let now = Timestamp.now().seconds
    let today = zone.dayNumber(at: now)
    if let hours = hours[place.row.id], hours.calendar != nil {
      let intervals = hours.intervals(from: zone.start(ofDay: today), to: zone.start(ofDay: today + 1))
      let told = intervals.map { Self.clock($0, zone) }
      add("Open today", told.isEmpty ? "no" : told.joined(separator: ", "))
    }
    if place.row.eventCount > 0 { add("Events", String(place.row.eventCount)) }
    let others = (place.document["identifiers"]?.arrayValue ?? []).compactMap { identifier -> String? in
      guard let scheme = identifier["scheme"]?.stringValue, let value = identifier["value"]?.stringValue else {
        return nil
      }
      return "\(scheme):\(value)"
    }
    if let page = place.text("info_url") { rows.append(("More", html.link(page, page))) }
    rows.append(
      ("Id", html.link("\(baseURL)/v1/place/\(ResourceAddress.segment(place.row.id))/", place.row.id)))
    if !others.isEmpty { add("Also", others.prefix(5).joined(separator: ", ")) }
    let name = place.name
    let names = (place.document["name"]?.members ?? []).compactMap { member in
      member.value.stringValue.flatMap { $0 == name ? nil : (language: member.key, text: $0) }
    }
    return (html.page(name: name, names: names, rows: rows), Double(zone.start(ofDay: today + 1)))
  }

  /// `06:30–20:00`; a day's end is 24:00, and what is not certain is told to be so.
  private static func clock(_ interval: OpeningInterval, _ zone: ClockZone) -> String {
    func time(_ instant: Int64) -> String { String(zone.text(of: instant).dropFirst(11).prefix(5)) }
    let end = time(interval.end)
    let comment = interval.status.comment.map { " “\($0)”" } ?? ""
    let doubt = interval.status.state == .unknown && comment.isEmpty ? " (not certain)" : ""
    return "\(time(interval.start))–\(end == "00:00" ? "24:00" : end)\(doubt)\(comment)"
  }

  private static func preview(_ address: ReconcileAddress) -> String {
    let html = ReconcileHTML()
    var rows: [(label: String, html: String)] = []
    let office = [address.found.postalCode, address.found.postOffice?.preferred].compactMap { $0 }
    if !office.isEmpty { rows.append(("Post office", html.text(office.joined(separator: " ")))) }
    if let municipality = address.municipality {
      rows.append(("Municipality", html.text("\(municipality.name.preferred) (\(municipality.code))")))
    }
    if let position = address.found.position {
      rows.append(("Position", html.text("\(position.y) N, \(position.x) E")))
    }
    rows.append(("Id", html.text(address.found.id)))
    let street = address.street(.any).first ?? address.found.id
    let swedish = address.street(.only(.sv)).first.flatMap { $0 == street ? nil : $0 }
    return html.page(name: street, names: swedish.map { [("sv", $0)] } ?? [], rows: rows)
  }
}
