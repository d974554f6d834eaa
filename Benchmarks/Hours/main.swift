// Rates of the opening hours on one core: `Scripts/benchmark-hours`. Each is told beside a floor of the same run: what
// it costs to look at each byte of the text, and to find the offset of the clock.
import OpeningHours

let expressions = [
  "Mo-Fr 08:00-16:00", "24/7", "Mo-Fr 09:00-20:00; Sa 10:00-16:00; Su 12:00-16:00; PH off",
  "Mo-Th 08:00-20:00; Fr 08:00-18:00; Su 12:00-18:00; Sa off", "Jun-Aug: Mo-Fr 06:30-20:00; Sa,Su 10:00-18:00",
  "Mo,We,Fr 06:30-21:00; Tu,Th 08:00-21:00; Sa,Su 10:00-18:00; PH off; Dec 24-26 off", "Fr-Sa 22:00-04:00; PH off",
  "May 15-Sep 15 Tu-Su 11:00-17:00", "week 1-53/2 Mo-Fr 10:00-15:00; week 2-53/2 Mo-Fr 12:00-18:00",
  "Mo-Fr 10:00-12:00,13:00-16:00; Sa[1] 10:00-14:00; easter -2 days off",
  "Mo-Su 10:00-22:00; PH 12:00-18:00; Dec 24 off || unknown \"ask\"", "Mo-Sa 17:00+; Su off",
]

/// Runs a body for about a second on this core; calls a second.
func rate(_ calls: Int, _ body: () -> Int) -> Double {
  let clock = ContinuousClock()
  var done = 0
  var sink = 0
  let start = clock.now
  while clock.now - start < .seconds(1) {
    sink &+= body()
    done += calls
  }
  // Used, so that the work can't be left out.
  if sink == Int.min { print("") }
  let time = clock.now - start
  return Double(done) / (Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18)
}

func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }

let calendars = try expressions.map { OpeningCalendar(try HoursExpression(parsing: $0)) }
// A prime number of seconds further each time, over some 40 years from 2010.
let instants = (0..<1000).map { 1_262_304_000 + Int64($0) * 1_262_303 }
let measures: [(String, Int, () -> Int)] = [
  (
    "bytes of a text looked at", expressions.count,
    { expressions.reduce(0) { $0 &+ $1.utf8.reduce(0) { $0 &* 31 &+ Int($1) } } }
  ),
  (
    "texts parsed", expressions.count,
    { expressions.reduce(0) { $0 &+ ((try? HoursExpression.parse($1))?.warnings.count ?? 1) } }
  ),
  ("printed", calendars.count, { calendars.reduce(0) { $0 &+ $1.expression.description.utf8.count } }),
  ("offsets of the clock", instants.count, { instants.reduce(0) { $0 &+ Int(ClockZone.helsinki.offset(at: $1)) } }),
  (
    "states at an instant", calendars.count * instants.count,
    {
      calendars.reduce(0) { sum, calendar in
        instants.reduce(sum) { $0 &+ (calendar.status(at: $1).state == .open ? 1 : 0) }
      }
    }
  ),
  (
    "next changes", calendars.count * 100,
    {
      calendars.reduce(0) { sum, calendar in
        instants.prefix(100).reduce(sum) { $0 &+ Int(calendar.nextChange(after: $1) ?? 0) }
      }
    }
  ),
  (
    "years of intervals", calendars.count,
    {
      calendars.reduce(0) { sum, calendar in
        calendar.intervals(from: instants[500], to: instants[500] + 31_536_000).reduce(sum) { count, _ in count &+ 1 }
      }
    }
  ),
]
let rounds = (0..<5).map { _ in measures.map { rate($0.1, $0.2) } }
for (index, measure) in measures.enumerated() {
  print("\(measure.0): \(Int(median(rounds.map { $0[index] }))) a second")
}
