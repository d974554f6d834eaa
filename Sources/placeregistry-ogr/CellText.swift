import CGDAL

/// A field of a feature as text: numbers with all their digits, dates as ISO 8601 has them.
struct CellText {
  /// Nil where the field holds nothing.
  private(set) var text: String?
  /// Whether its bytes are no UTF-8; ``text`` is then a makeshift.
  private(set) var isInvalid = false

  private let encoding: String?

  /// `encoding`: what text is in that is no UTF-8. `isSheet`: whether it comes from a workbook, where a time of day is
  /// one of the year 1899 and a date among texts is written as GDAL does.
  init(_ feature: OGRFeatureH, _ column: LayerReader.Column, encoding: String?, isSheet: Bool) {
    self.encoding = encoding
    guard OGR_F_IsFieldSetAndNotNull(feature, column.index) != 0 else { return }
    let index = column.index
    switch column.type {
    case OFTInteger, OFTInteger64:
      let value = OGR_F_GetFieldAsInteger64(feature, index)
      text = column.subtype == OFSTBoolean ? Self.bool(value != 0) : String(value)
    case OFTReal:
      text = Self.number(OGR_F_GetFieldAsDouble(feature, index), isFloat: column.subtype == OFSTFloat32)
    case OFTDate, OFTTime, OFTDateTime:
      text = Self.date(feature, index, type: column.type)
      if isSheet, let value = text, value.hasPrefix("1899-12-3"), let time = value.split(separator: "T").last {
        text = String(time)
      }
    case OFTIntegerList:
      var count: Int32 = 0
      let values = UnsafeBufferPointer(start: OGR_F_GetFieldAsIntegerList(feature, index, &count), count: Int(count))
      text = values.map { column.subtype == OFSTBoolean ? Self.bool($0 != 0) : String($0) }.joined(separator: ";")
    case OFTInteger64List:
      var count: Int32 = 0
      let values = UnsafeBufferPointer(start: OGR_F_GetFieldAsInteger64List(feature, index, &count), count: Int(count))
      text = values.map { String($0) }.joined(separator: ";")
    case OFTRealList:
      var count: Int32 = 0
      let values = UnsafeBufferPointer(start: OGR_F_GetFieldAsDoubleList(feature, index, &count), count: Int(count))
      text = values.map { Self.number($0, isFloat: column.subtype == OFSTFloat32) }.joined(separator: ";")
    case OFTStringList:
      let list = OGR_F_GetFieldAsStringList(feature, index)
      var parts: [String] = []
      for position in 0..<CSLCount(list) { parts.append(string(CSLGetField(list, position)) ?? "") }
      text = parts.joined(separator: ";")
    case OFTBinary:
      var count: Int32 = 0
      let bytes = OGR_F_GetFieldAsBinary(feature, index, &count)
      let encoded = CPLBase64Encode(count, bytes)
      text = encoded.map { String(cString: $0) }
      VSIFree(encoded)
    default:
      text = string(OGR_F_GetFieldAsString(feature, index))
      if isSheet, let value = text { text = Self.isoDate(value) ?? value }
    }
  }

  private mutating func string(_ bytes: UnsafePointer<CChar>?) -> String? {
    guard let bytes else { return nil }
    if let text = Self.decode(bytes, encoding) { return text }
    isInvalid = true
    return String(cString: bytes)
  }

  /// UTF-8, else `encoding`; nil when it is neither.
  static func decode(_ bytes: UnsafePointer<CChar>, _ encoding: String?) -> String? {
    if let text = String(validatingCString: bytes) { return text }
    guard let encoding else { return nil }
    let recoded = CPLRecode(bytes, encoding, "UTF-8")
    defer { VSIFree(recoded) }
    return String(validatingCString: recoded)
  }

  private static func bool(_ value: Bool) -> String { value ? "true" : "false" }

  /// The shortest text that reads back as the same number; whole numbers without decimals.
  private static func number(_ value: Double, isFloat: Bool) -> String {
    if value.isFinite, value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return isFloat ? Float(value).description : value.description
  }

  private static func date(_ feature: OGRFeatureH, _ index: Int32, type: OGRFieldType) -> String {
    var (year, month, day, hour, minute, zone) = (Int32(0), Int32(0), Int32(0), Int32(0), Int32(0), Int32(0))
    var second: Float = 0
    OGR_F_GetFieldAsDateTimeEx(feature, index, &year, &month, &day, &hour, &minute, &second, &zone)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    if type == OFTDate { return date }
    let milliseconds = Int32((second * 1000).rounded())
    var time = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(milliseconds / 1000, 2))"
    if milliseconds % 1000 != 0 { time += ".\(padded(milliseconds % 1000, 3))" }
    // 0 not known, 1 local, 100 UTC, others quarters of an hour from there.
    if zone == 100 {
      time += "Z"
    } else if zone > 1 {
      let minutes = abs(zone - 100) * 15
      time += "\(zone < 100 ? "-" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }
    return type == OFTTime ? time : "\(date)T\(time)"
  }

  /// `2024/01/15 12:00:00` as `2024-01-15T12:00:00`; nil for other text.
  private static func isoDate(_ text: String) -> String? {
    let pattern = Array("0000/00/00 00:00:00".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == 10 || bytes.count == 19 || bytes.count == 23, bytes[4] == UInt8(ascii: "/") else { return nil }
    for (byte, wanted) in zip(bytes, pattern) {
      guard wanted == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == wanted else { return nil }
    }
    return text.replacing("/", with: "-").replacing(" ", with: "T")
  }

  private static func padded(_ number: Int32, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
