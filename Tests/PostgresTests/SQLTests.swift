import Postgres
import Testing

@Suite struct SQLTests {
  @Test func placeholdersAreNumbered() {
    let sql: SQL = "select \(1), \("a") from \(unescaped: "t") where x = \(nil as Int?)"
    #expect(sql.text == "select $1, $2 from t where x = $3")
  }

  @Test func embeddingRenumbers() {
    let inner: SQL = "a = \(1) and b = \("$1") and c = \(3)"
    let outer: SQL = "select \(0) where \(inner) or (\(inner)) limit \(9)"
    #expect(
      outer.text == "select $1 where a = $2 and b = $3 and c = $4 or (a = $5 and b = $6 and c = $7) limit $8")
    var sum = inner + " order by \(5)"
    sum.append(inner)
    #expect(sum.text == "a = $1 and b = $2 and c = $3 order by $4a = $5 and b = $6 and c = $7")
  }

  @Test func moreThanNinePlaceholders() {
    let many = (0..<12).map { "\($0)" as SQL }.joined(separator: ", ")
    let sql: SQL = "\(true) \(many) \(many)"
    #expect(sql.text.hasPrefix("$1 $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 $14, $15"))
    #expect(sql.text.hasSuffix(", $25"))
  }

  @Test func joining() {
    let parts: [SQL] = ["a = \(1)", "b = \(2)", "c"]
    #expect(parts.joined(separator: " and ").text == "a = $1 and b = $2 and c")
    #expect([SQL]().joined(separator: ",").text == "")
  }

  @Test func arrayLiterals() {
    #expect([1, 2, -3].postgresText == "{1,2,-3}")
    #expect([String]().postgresText == "{}")
    #expect(["a,b", "", "NULL", "x\"y\\z", "{"].postgresText == #"{"a,b","","NULL","x\"y\\z","{"}"#)
    #expect([1, nil, 2].postgresText == "{1,NULL,2}")
    #expect([[1, 2], [3, 4]].postgresText == "{{1,2},{3,4}}")
  }

  @Test func doubles() {
    #expect(0.1.postgresText == "0.1")
    #expect((-Double.infinity).postgresText == "-Infinity")
    #expect(Double.nan.postgresText == "NaN")
  }
}
