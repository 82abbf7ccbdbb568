namespace Fabric.Agent.Cli.Output;

/// <summary>What the values of a column are; any may be missing (null).</summary>
public enum ColumnKind : byte
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Whole numbers.</summary>
    Integer,

    /// <summary>Numbers.</summary>
    Number,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>Lists of texts.</summary>
    Texts,

    /// <summary>Lists of objects, which the document of the API has.</summary>
    Data,
}
