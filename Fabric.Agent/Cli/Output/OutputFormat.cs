namespace Fabric.Agent.Cli.Output;

/// <summary>How results are written.</summary>
public enum OutputFormat
{
    /// <summary>A table for people with the main columns.</summary>
    Table,

    /// <summary>A table with all columns.</summary>
    Wide,

    /// <summary>JSON for programs; stable.</summary>
    Json,

    /// <summary>The same as YAML.</summary>
    Yaml,

    /// <summary>Comma-separated values (RFC 4180).</summary>
    Csv,

    /// <summary>KIND/NAME, a line each.</summary>
    Name,

    /// <summary>Sentences for people, where a command has them.</summary>
    Text,
}
