import CoreMetrics
import Synchronization

/// One series: holds its value and writes its lines.
protocol PrometheusCell: AnyObject, Sendable {
  /// - Parameter labels: `a="b",c="d"`, escaped, without braces; empty when there are none.
  func write(name: String, labels: String, to text: inout String)
}

/// A number that only grows. Whole steps are one atomic addition; fractions are kept beside them.
final class PrometheusCounter: PrometheusCell, CounterHandler, FloatingPointCounterHandler {
  private let whole = Atomic<UInt64>(0)
  private let fraction = AtomicDouble()

  func increment(by amount: Int64) {
    if amount > 0 { whole.wrappingAdd(UInt64(amount), ordering: .relaxed) }
  }

  func increment(by amount: Double) {
    if amount > 0, amount.isFinite { fraction.add(amount) }
  }

  func reset() {
    whole.store(0, ordering: .relaxed)
    fraction.store(0)
  }

  func write(name: String, labels: String, to text: inout String) {
    let (whole, fraction) = (whole.load(ordering: .relaxed), fraction.load())
    let value = fraction == 0 ? String(whole) : PrometheusText.number(Double(whole) + fraction)
    text += PrometheusText.line(name, labels, value)
  }
}

/// A number that goes up and down.
final class PrometheusGauge: PrometheusCell, MeterHandler, RecorderHandler {
  private let value = AtomicDouble()

  func set(_ value: Int64) { self.value.store(Double(value)) }
  func set(_ value: Double) { self.value.store(value) }
  func increment(by amount: Double) { value.add(amount) }
  func decrement(by amount: Double) { value.add(-amount) }
  func record(_ value: Int64) { set(value) }
  func record(_ value: Double) { set(value) }

  func write(name: String, labels: String, to text: inout String) {
    text += PrometheusText.line(name, labels, PrometheusText.number(value.load()))
  }
}

/// How often what size occurred. Count, sum and buckets change together under one lock, so a page never shows them torn.
final class PrometheusHistogram: PrometheusCell, TimerHandler, RecorderHandler {
  private struct Counts {
    var buckets: [UInt64]
    var sum = 0.0
  }

  private let bounds: [Double]
  private let counts: Mutex<Counts>

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1e9) }
  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard value.isFinite else { return }
    var bucket = 0
    while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
    counts.withLock {
      $0.buckets[bucket] += 1
      $0.sum += value
    }
  }

  func write(name: String, labels: String, to text: inout String) {
    let counts = counts.withLock { $0 }
    let prefix = labels.isEmpty ? "" : labels + ","
    var total: UInt64 = 0
    for (index, count) in counts.buckets.enumerated() {
      total += count
      let bound = index < bounds.count ? PrometheusText.number(bounds[index]) : "+Inf"
      text += PrometheusText.line(name + "_bucket", prefix + "le=\"\(bound)\"", String(total))
    }
    text += PrometheusText.line(name + "_sum", labels, PrometheusText.number(counts.sum))
    text += PrometheusText.line(name + "_count", labels, String(total))
  }
}

/// A `Double` that threads may add to without a lock.
final class AtomicDouble: Sendable {
  private let bits = Atomic<UInt64>(0)

  func load() -> Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
  func store(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

  func add(_ amount: Double) {
    var old = bits.load(ordering: .relaxed)
    while true {
      let new = (Double(bitPattern: old) + amount).bitPattern
      let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
      if exchanged { return }
      old = original
    }
  }
}

/// The rules of the text format.
enum PrometheusText {
  static func line(_ name: String, _ labels: String, _ value: String) -> String {
    labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
  }

  /// Whole numbers without a point, as other exporters write them.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if let whole = Int64(exactly: value), abs(value) < 1e15 { return String(whole) }
    return value.description
  }

  /// `[a-zA-Z_][a-zA-Z0-9_]*`: any other character becomes `_`, also the colon, which is kept for recording rules.
  static func metricName(_ label: String) -> String {
    var name = ""
    for scalar in label.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "_": name.unicodeScalars.append(scalar)
      case "0"..."9":
        if name.isEmpty { name = "_" }
        name.unicodeScalars.append(scalar)
      default: name += "_"
      }
    }
    return name.isEmpty ? "_" : name
  }

  /// Labels sorted by name. A name that begins with two underscores loses all but one, a reserved one gets `exported_`
  /// before it; of two equal names the first counts.
  static func labels(_ dimensions: [(String, String)], reserved: Set<String>) -> String {
    var values: [String: String] = [:]
    for (label, value) in dimensions {
      var name = metricName(label)
      while name.hasPrefix("__") { name.removeFirst() }
      if reserved.contains(name) { name = "exported_" + name }
      if values[name] == nil { values[name] = value }
    }
    return values.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escapeValue($0.value))\"" }.joined(separator: ",")
  }

  static func escapeHelp(_ text: String) -> String { escape(text, quote: false) }
  static func escapeValue(_ text: String) -> String { escape(text, quote: true) }

  private static func escape(_ text: String, quote: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quote: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
