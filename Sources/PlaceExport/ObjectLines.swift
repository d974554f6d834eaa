import Geodesy
import PlaceStore
import Places

/// Rows as NDJSON: the objects that the service answers at `/v1/place/{id}/` and `/v1/event/{id}/`, one a line.
struct ObjectLines {
  /// Where addresses begin, without a slash at the end; empty: they begin with a slash, and there is no `@id`.
  let baseURL: String
  /// The dump's moment, in seconds since 1970.
  let now: Double
  let viewer: Viewer

  func place(_ row: PlaceRow, into bytes: inout [UInt8]) {
    open("place", row.id, &bytes)
    row.withDocument { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: ",\"position\":".utf8)
    if let point = row.degrees {
      bytes.append(contentsOf: "{\"type\":\"Point\",\"coordinates\":[".utf8)
      bytes.append(contentsOf: "\(ExportCell.digits(point.x)),\(ExportCell.digits(point.y))]}".utf8)
    } else {
      bytes.append(contentsOf: "null".utf8)
    }
    let isUpcoming = row.lastEventEnd.map { $0 > now } ?? false
    bytes.append(contentsOf: ",\"n_events\":\(row.eventCount),\"has_upcoming_events\":\(isUpcoming)}\n".utf8)
  }

  func address(_ row: ExportedAddress, into bytes: inout [UInt8]) {
    var w = JSONWriter(capacity: 512)
    w.beginObject()
    w.member("id", row.id)
    w.key("street")
    w.localized(LocalizedText([.fi: row.streetFi ?? "", .sv: row.streetSv ?? ""]))
    w.key("number")
    if let number = row.number { w.integer(number) } else { w.null() }
    w.key("number_end")
    if let end = row.numberEnd { w.integer(end) } else { w.null() }
    w.member("letter", row.letter)
    if let text = row.numberText { w.member("number_text", text) }
    w.member("postal_code", row.postalCode)
    w.key("post_office")
    if let office = row.postOffice { w.raw(office.utf8) } else { w.null() }
    w.key("municipality")
    if let code = row.municipality {
      w.beginObject()
      w.member("code", code)
      w.key("name")
      if let name = row.municipalityName { w.raw(name.utf8) } else { w.null() }
      w.endObject()
    } else {
      w.null()
    }
    w.key("position")
    if let point = row.degrees {
      w.raw(
        #"{"type":"Point","coordinates":[\#(ExportCell.digits(point.x)),\#(ExportCell.digits(point.y))]}"#.utf8)
    } else {
      w.null()
    }
    w.key("coordinates")
    if let position = row.delivered, position.srid != PlacePosition.geographicSRID {
      w.raw(
        #"{"srid":\#(position.srid),"x":\#(ExportCell.digits(position.x)),"y":\#(ExportCell.digits(position.y))}"#.utf8)
    } else {
      w.null()
    }
    w.member("building_id", row.buildingID)
    w.endObject()
    bytes.append(contentsOf: w.bytes)
    bytes.append(0x0A)
  }

  func event(_ row: EventRow, into bytes: inout [UInt8]) {
    open("event", row.id, &bytes)
    row.withDocument { document($0, &bytes) }
    bytes.append(contentsOf: ",\"location\":".utf8)
    if let id = row.location(for: viewer) {
      reference("place", id, &bytes)
    } else {
      bytes.append(contentsOf: "null".utf8)
    }
    bytes.append(contentsOf: ",\"sub_events\":[".utf8)
    for (index, id) in row.subEvents.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      reference("event", id, &bytes)
    }
    bytes.append(
      contentsOf: "],\"created_time\":\"\(row.createdTime)\",\"last_modified_time\":\"\(row.lastModifiedTime)\"".utf8)
    bytes.append(contentsOf: ",\"version\":\(row.version),\"deleted\":false,\"replaced_by\":null}\n".utf8)
  }

  private func open(_ collection: String, _ id: String, _ bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    guard !baseURL.isEmpty else { return }
    bytes.append(contentsOf: "\"@id\":\"\(address(collection, id))\",".utf8)
  }

  private func reference(_ collection: String, _ id: String, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: "{\"@id\":\"\(address(collection, id))\"}".utf8)
  }

  private func address(_ collection: String, _ id: String) -> String {
    "\(baseURL)/v1/\(collection)/\(ResourceAddress.segment(id))/"
  }

  /// A stored document, the base put in where it stands for one.
  private func document(_ document: UnsafeRawBufferPointer, _ bytes: inout [UInt8]) {
    var rest = document[...]
    while let mark = rest.firstIndex(of: EventDocument.base) {
      bytes.append(contentsOf: rest[..<mark])
      bytes.append(contentsOf: baseURL.utf8)
      rest = rest[(mark + 1)...]
    }
    bytes.append(contentsOf: rest)
  }
}
