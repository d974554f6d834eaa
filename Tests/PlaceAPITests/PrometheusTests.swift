import CoreMetrics
import Testing

@testable import PlaceAPI

@Suite("Prometheus text")
struct PrometheusTests {
  private let registry = PrometheusRegistry(help: ["hb.requests": "Requests, a \\ and\na new line \"quoted\""])

  @Test("Counters end in _total, once, and add up over handlers of the same label and dimensions")
  func counters() {
    registry.makeCounter(label: "hb.requests", dimensions: [("status", "200"), ("method", "GET")]).increment(by: 2)
    registry.makeCounter(label: "hb.requests", dimensions: [("method", "GET"), ("status", "200")]).increment(by: 3)
    registry.makeCounter(label: "rows_total", dimensions: []).increment(by: 1)
    registry.makeFloatingPointCounter(label: "rows_total", dimensions: []).increment(by: 0.5)
    registry.makeCounter(label: "rows_total", dimensions: []).increment(by: -7)
    #expect(
      registry.render() == """
        # HELP hb_requests_total Requests, a \\\\ and\\na new line "quoted"
        # TYPE hb_requests_total counter
        hb_requests_total{method="GET",status="200"} 5
        # HELP rows_total rows_total
        # TYPE rows_total counter
        rows_total 1.5

        """)
  }

  @Test("Asking again gives the same handler; destroying forgets it")
  func identity() {
    let first = registry.makeTimer(label: "t", dimensions: [("a", "1")])
    #expect(first === registry.makeTimer(label: "t", dimensions: [("a", "1")]))
    #expect(first !== registry.makeTimer(label: "t", dimensions: [("a", "2")]))
    registry.destroyTimer(first)
    #expect(!registry.render().contains("a=\"1\""))
    #expect(registry.render().contains("a=\"2\""))
    registry.destroyTimer(registry.makeTimer(label: "t", dimensions: [("a", "2")]))
    #expect(registry.render().isEmpty)
    #expect(first !== registry.makeTimer(label: "t", dimensions: [("a", "1")]))
  }

  @Test("Meters and plain recorders are gauges")
  func gauges() {
    let meter = registry.makeMeter(label: "active", dimensions: [])
    meter.increment(by: 3)
    meter.decrement(by: 1)
    registry.makeRecorder(label: "size", dimensions: [], aggregate: false).record(0.25)
    registry.makeMeter(label: "nan", dimensions: []).set(Double.nan)
    registry.makeMeter(label: "inf", dimensions: []).set(-Double.infinity)
    let lines = registry.render().split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines == ["active 2", "inf -Inf", "nan NaN", "size 0.25"])
    #expect(registry.render().contains("# TYPE active gauge\n"))
  }

  @Test("Timers are histograms in seconds; a value on a bound belongs to its bucket")
  func timers() {
    let timer = registry.makeTimer(label: "hb.request.duration", dimensions: [("le", "x")])
    timer.recordNanoseconds(1_000_000)
    timer.recordNanoseconds(1_000_001)
    timer.recordNanoseconds(20_000_000_000)
    timer.recordNanoseconds(-1)
    let lines = registry.render().split(separator: "\n").map(String.init)
    let name = "hb_request_duration_seconds"
    #expect(lines[1] == "# TYPE \(name) histogram")
    #expect(lines.contains("\(name)_bucket{exported_le=\"x\",le=\"0.0005\"} 1"))
    #expect(lines.contains("\(name)_bucket{exported_le=\"x\",le=\"0.001\"} 2"))
    #expect(lines.contains("\(name)_bucket{exported_le=\"x\",le=\"0.0025\"} 3"))
    #expect(lines.contains("\(name)_bucket{exported_le=\"x\",le=\"10\"} 3"))
    #expect(lines.contains("\(name)_bucket{exported_le=\"x\",le=\"+Inf\"} 4"))
    #expect(lines.contains("\(name)_count{exported_le=\"x\"} 4"))
    #expect(lines.contains { $0.hasPrefix("\(name)_sum{exported_le=\"x\"} 20.002000001") })
    #expect(lines.filter { $0.contains("_bucket") }.count == PrometheusRegistry.secondsBuckets.count + 1)
  }

  @Test("Aggregating recorders are histograms of values; what is not finite is left out")
  func recorders() {
    let recorder = registry.makeRecorder(label: "rows", dimensions: [], aggregate: true)
    recorder.record(Int64(20))
    recorder.record(Double.nan)
    let text = registry.render()
    #expect(text.contains("rows_bucket{le=\"10\"} 0\nrows_bucket{le=\"20\"} 1\n"))
    #expect(text.contains("rows_sum 20\nrows_count 1\n"))
  }

  @Test("One name never has two types")
  func clashes() {
    registry.makeMeter(label: "x.total", dimensions: []).set(Int64(1))
    registry.makeCounter(label: "x", dimensions: []).increment(by: 1)
    let text = registry.render()
    #expect(text.contains("# TYPE x_total gauge\nx_total 1\n"))
    #expect(text.contains("# TYPE x_counter_total counter\nx_counter_total 1\n"))
  }

  @Test(
    "Names hold only what Prometheus allows",
    arguments: [("a.b-c/d", "a_b_c_d"), ("9lives", "_9lives"), ("", "_"), ("å:1", "__1"), ("ok_1", "ok_1")])
  func names(label: String, name: String) {
    #expect(PrometheusText.metricName(label) == name)
  }

  @Test("Labels are sorted, escaped, not reserved and never double")
  func labels() {
    let labels = PrometheusText.labels(
      [("z", "a\"b\\c\nd"), ("__name__", "n"), ("z", "second"), ("a b", "ä")], reserved: [])
    #expect(labels == #"_name__="n",a_b="ä",z="a\"b\\c\nd""#)
  }

  @Test("Nothing is lost when many tasks count at once")
  func concurrency() async {
    let registry = registry
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<1_000 {
            registry.makeCounter(label: "n", dimensions: [("task", String(task % 2))]).increment(by: 1)
            registry.makeFloatingPointCounter(label: "f", dimensions: []).increment(by: 0.5)
            registry.makeTimer(label: "d", dimensions: []).recordNanoseconds(1)
          }
        }
      }
    }
    let lines = registry.render().split(separator: "\n")
    #expect(lines.contains("n_total{task=\"0\"} 4000") && lines.contains("n_total{task=\"1\"} 4000"))
    #expect(lines.contains("f_total 4000"))
    #expect(lines.contains("d_seconds_count 8000"))
  }
}
