namespace Fabric.Agent.Alarms;

/// <summary>The file in which an agent's alarms outlive it.</summary>
/// <remarks>Written whole, beside the one before, which it then replaces: whatever happens, one of the two is there.</remarks>
/// <param name="path">The file; its folder is there.</param>
/// <param name="warn">Is told when the alarms begin to be kept nowhere, or could not be read.</param>
internal sealed class AlarmHistoryHost(string path, Action<string> warn)
{
    /// <summary>The file's name in the agent's own folder.</summary>
    public const string FileName = "alarms.json";

    private long _written;
    private bool _isRefused;

    /// <summary>What the agent before has left; nothing if that cannot be read.</summary>
    public AlarmHistory Read()
    {
        try
        {
            return File.Exists(path) ? AlarmHistory.Read(File.ReadAllText(path)) : new AlarmHistory();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            warn($"the alarms of the agent before cannot be read in {path}: {failure.Message}");
            return new AlarmHistory();
        }
    }

    /// <summary>Writes the alarms, unless they are what was written last. One caller at a time.</summary>
    public void Write(AlarmHistory history)
    {
        if (history.Version == _written)
            return;
        try
        {
            File.WriteAllText(path + ".new", history.ToJson().ToJsonString());
            File.Move(path + ".new", path, overwrite: true);
            (_written, _isRefused) = (history.Version, false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_isRefused)
                warn($"alarms are not kept: {failure.Message}");
            _isRefused = true;
        }
    }
}
