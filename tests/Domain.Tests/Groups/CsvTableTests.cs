using Magvit.Domain.Groups;
using Xunit;

namespace Magvit.Domain.Tests.Groups;

public sealed class CsvTableTests
{
    [Fact]
    public void Parse_QuotesLinesAndGaps_KeepsValuesAndLineNumbers()
    {
        var table = CsvTable.Parse("\uFEFFTask , Input\r\nframe-prediction,\"a, \"\"b\"\"\nc\"\r\n\r\n,,\nx\n");

        Assert.Equal(["task", "input"], table.Columns);
        Assert.Equal([2, 6], table.Rows.Select(row => row.Line));
        Assert.Equal(["frame-prediction", "a, \"b\"\nc"], table.Rows[0].Values);
        Assert.Equal(["x", ""], table.Rows[1].Values);
    }

    [Fact]
    public void Parse_Semicolons_AsSpreadsheetsOfHalfTheWorldWrite() =>
        Assert.Equal(["1,5", "2"], Assert.Single(CsvTable.Parse("a;b\n1,5;2").Rows).Values);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a\n\"open", "do not close")]
    public void Parse_NoTable_SaysWhy(string text, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => CsvTable.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Write_WhatPeopleTyped_IsReadBackAndNeverAFormula()
    {
        string[] row = ["a,b", "say \"x\"", "two\nlines", "-3.5", ""];

        Assert.Equal(row, Assert.Single(CsvTable.Parse("1,2,3,4,5\n" + CsvTable.Write([row])).Rows).Values);
        Assert.Equal("'=1+1,'@x,'-rm\r\n", CsvTable.Write([["=1+1", "@x", "-rm"]]));
    }
}
