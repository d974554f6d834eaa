import CoreMetrics
import Synchronization

/// Keeps the metrics of the process and writes them in Prometheus' text format 0.0.4.
///
/// Counters become counters (`_total`), meters and plain recorders gauges, timers histograms in seconds (`_seconds`)
/// and aggregating recorders histograms of what they record. Asking twice for the same label and dimensions gives the
/// same handler, so that a middleware may make its metric anew for each request.
public final class PrometheusRegistry: MetricsFactory, Sendable {
  /// Upper bounds in seconds of a timer's buckets.
  public static let secondsBuckets: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// Upper bounds of an aggregating recorder's buckets.
  public static let valueBuckets: [Double] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000, 10_000_000,
  ]

  private let help: [String: String]
  private let state = Mutex(State())

  /// - Parameter help: what a metric says, by its label as the program gives it (not by its sanitised name).
  public init(help: [String: String] = [:]) {
    self.help = help
  }

  /// A counter.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counter(label, dimensions)
  }

  /// A counter that also takes fractions; the same one as the whole-number counter of that label and dimensions.
  public func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
    -> any FloatingPointCounterHandler
  {
    counter(label, dimensions)
  }

  /// A gauge.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, dimensions)
  }

  /// A histogram when aggregating, else a gauge.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate ? histogram(.recorder, label, dimensions) : gauge(label, dimensions)
  }

  /// A histogram in seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(.timer, label, dimensions)
  }

  /// Forgets a counter.
  public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
  /// Forgets a counter.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
  /// Forgets a gauge.
  public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
  /// Forgets a gauge or histogram.
  public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
  /// Forgets a histogram.
  public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

  /// All metrics as text, families and series in a fixed order.
  public func render() -> String {
    let families = state.withLock { $0.families }
    var text = ""
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      text += "# HELP \(name) \(PrometheusText.escapeHelp(family.help))\n"
      text += "# TYPE \(name) \(family.kind.type)\n"
      for (labels, cell) in family.series.sorted(by: { $0.key < $1.key }) {
        cell.write(name: name, labels: labels, to: &text)
      }
    }
    return text
  }

  private func counter(_ label: String, _ dimensions: [(String, String)]) -> PrometheusCounter {
    cell(.counter, label, dimensions) { PrometheusCounter() }
  }

  private func gauge(_ label: String, _ dimensions: [(String, String)]) -> PrometheusGauge {
    cell(.gauge, label, dimensions) { PrometheusGauge() }
  }

  private func histogram(_ kind: Kind, _ label: String, _ dimensions: [(String, String)]) -> PrometheusHistogram {
    cell(kind, label, dimensions) {
      PrometheusHistogram(bounds: kind == .timer ? Self.secondsBuckets : Self.valueBuckets)
    }
  }

  /// The cell of these labels, made when it is new. The usual case, a known one, is a lookup under the lock.
  private func cell<Cell: PrometheusCell>(
    _ kind: Kind, _ label: String, _ dimensions: [(String, String)], make: () -> Cell
  ) -> Cell {
    let key = Key(kind: kind, label: label, dimensions: dimensions)
    return state.withLock { state in
      if let known = state.index[key] as? Cell { return known }
      let (name, labels) = state.place(key, help: help[label])
      let cell = state.families[name]?.series[labels] as? Cell ?? make()
      state.families[name]?.series[labels] = cell
      state.index[key] = cell
      return cell
    }
  }

  private func destroy(_ handler: AnyObject) {
    state.withLock { state in
      state.index = state.index.filter { $0.value !== handler }
      for name in Array(state.families.keys) {
        guard let labels = state.families[name]?.series.first(where: { $0.value === handler })?.key else { continue }
        state.families[name]?.series[labels] = nil
        if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
      }
    }
  }
}

extension PrometheusRegistry {
  fileprivate enum Kind {
    case counter, gauge, timer, recorder

    var type: String {
      switch self {
      case .counter: "counter"
      case .gauge: "gauge"
      case .timer, .recorder: "histogram"
      }
    }
  }

  fileprivate struct Key: Hashable {
    var kind: Kind
    var label: String
    var dimensions: [(String, String)]

    static func == (a: Key, b: Key) -> Bool {
      a.kind == b.kind && a.label == b.label && a.dimensions.elementsEqual(b.dimensions, by: ==)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(kind)
      hasher.combine(label)
      for (name, value) in dimensions {
        hasher.combine(name)
        hasher.combine(value)
      }
    }
  }

  fileprivate struct Family {
    var kind: Kind
    var help: String
    var series: [String: any PrometheusCell] = [:]
  }

  fileprivate struct State {
    var index: [Key: any PrometheusCell] = [:]
    var families: [String: Family] = [:]

    /// The family's name and the series' labels. A name that another kind has taken gets the kind added: one name with
    /// two types would make the whole page unreadable for Prometheus.
    mutating func place(_ key: Key, help: String?) -> (name: String, labels: String) {
      let suffix =
        switch key.kind {
        case .counter: "_total"
        case .timer: "_seconds"
        case .gauge, .recorder: ""
        }
      var base = PrometheusText.metricName(key.label)
      if base.hasSuffix(suffix) { base.removeLast(suffix.count) }
      var name = base + suffix
      while let taken = families[name], taken.kind != key.kind {
        base += "_\(key.kind)"
        name = base + suffix
      }
      if families[name] == nil { families[name] = Family(kind: key.kind, help: help ?? key.label) }
      return (name, PrometheusText.labels(key.dimensions, reserved: key.kind.type == "histogram" ? ["le"] : []))
    }
  }
}
