// The build: Restore, Pages, Build, Test, Test-Smp, Tidy, Bench, Demo, Pictures, Pack. Started by build.sh, which prints artifacts/summary.txt last.
using System.Text.RegularExpressions;
using System.Xml.Linq;

var target = Argument("target", "Build");
var configuration = Argument("configuration", "Release");
var laws = Argument<long>("laws", 0);
var world = Argument<int>("world", 0);
var filter = Argument("filter", "");
var rounds = Argument("rounds", 7);
var suite = Argument("suite", "");
var akka = Argument("akka", "auto");
var akkaFeed = Argument("akka-feed", "");

const string Solution = "fabric.sln";
var results = Directory("artifacts/test-results");
var broken = new List<string>();
var hasAkka = false;

const string Guest = "Fabric.Tests/Kernel/guest.sh";

// What takes minutes and prints figures. That of the connections runs in the guest kernel too.
const string Failover = "TestCategory=Failover";
string[] explicitly = { "TestCategory=Cost", "TestCategory=Past", Failover };

// What is shipped: a folder with the command `fabric`.
const string Packed = "artifacts/fabric";
const string Program = $"{Packed}/fabric";

// How guest.sh says that this machine can run no guest kernel.
const int CannotRunGuest = 3;

// What the commands drive besides .NET, and the Debian package that each comes in.
var tools = new Dictionary<string, string>
{
    ["ip"] = "iproute2",
    ["ping"] = "iputils-ping",
    ["ethtool"] = "ethtool",
};
var testTools = new Dictionary<string, string>
{
    ["iperf3"] = "iperf3",
    ["tcpdump"] = "tcpdump",
    ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"] = "libfaketime",
    ["/usr/include/linux/openvswitch.h"] = "linux-libc-dev",
    ["chromium"] = "chromium",
    ["tshark"] = "tshark",
    ["groff"] = "groff-base",
};
var benchTools = new Dictionary<string, string> { ["iperf3"] = "iperf3", ["ovs-vswitchd"] = "openvswitch-switch" };

// Which hives are built: the one on Akka.NET wants packages that not every feed has.
Task("Hives")
    .Does(() =>
    {
        if (akka is not ("auto" or "yes" or "no"))
            throw new CakeException($"--akka={akka} is not known; say yes, no or auto");
        var missing = akka == "no" ? "" : ProbeAkka();
        if (akka == "yes" && missing != "")
            throw new CakeException($"--akka=yes, but the package feed lacks {missing}; name a folder that has them by --akka-feed=FOLDER, or build without: --akka=no");
        var why = akka == "no" ? "--akka=no" : $"the package feed lacks {missing}";
        hasAkka = akka != "no" && missing == "";
        Information(hasAkka ? "hives: sql, akka" : $"hives: sql; akka is not built: {why}");
    });

Task("Restore")
    .IsDependentOn("Hives")
    .Does(() => DotNetRestore(Solution, new DotNetRestoreSettings { Verbosity = DotNetVerbosity.Minimal, MSBuildSettings = Properties() }));

// The pages of `fabric dashboard`: made by npm in artifacts/dashboard, again only when their sources differ, and embedded in the program.
Task("Pages")
    .Does(() =>
    {
        const string source = "Fabric.Agent/Dashboard/client";
        const string work = "artifacts/dashboard/work";
        const string pages = "artifacts/dashboard/dist";
        const string made = "artifacts/dashboard/made-of.txt";
        var hash = HashOf(source);
        if (System.IO.File.Exists(made) && System.IO.File.ReadAllText(made) == hash && System.IO.File.Exists($"{pages}/index.html"))
            return;
        CleanDirectory(pages);
        if (!OnPath("npm"))
        {
            Warning("there is no npm: the program is built without the dashboard's pages (Node.js 20 or newer makes them)");
            return;
        }
        EnsureDirectoryExists(work);
        CopyDirectory(source, work);
        foreach (var step in new[] { "ci --no-audit --no-fund --loglevel=error", "run --silent check", "run --silent build" })
        {
            if (StartProcess("npm", new ProcessSettings { Arguments = step, WorkingDirectory = work }) != 0)
            {
                Warning($"`npm {step}` failed: the program is built without the dashboard's pages");
                return;
            }
        }
        CopyDirectory($"{work}/dist", pages);
        System.IO.File.WriteAllText(made, hash);
    });

Task("Build")
    .IsDependentOn("Restore")
    .IsDependentOn("Pages")
    .Does(() => DotNetBuild(Solution, new DotNetBuildSettings
    {
        Configuration = configuration,
        NoRestore = true,
        NoLogo = true,
        Verbosity = DotNetVerbosity.Quiet,
        MSBuildSettings = Properties(),
    }));

Task("Test")
    .IsDependentOn("Build")
    .Does(() =>
    {
        Install(tools);
        Install(testTools);
        CleanDirectory(results);
        if (laws > 0)
            filter = "TestCategory=Laws";
        if (world > 0)
            filter = "TestCategory=World";
        PackBesideTests();
        // What takes long is run when it is asked for.
        var here = filter.Contains("TestCategory=Akka") ? "TestCategory!=Kernel" : "TestCategory!=Kernel&TestCategory!=Akka";
        var inGuest = "(TestCategory=Kernel|TestCategory=Live)&TestCategory!=HereOnly";
        if (filter == "")
        {
            // The guest has one processor, and most of the others need one: side by side. The live tests mostly wait for timers, so they go on in two
            // rows, after what keeps the processors busy. What it cannot, the run says again.
            StartProcess(Guest, "setup");
            var guest = System.Threading.Tasks.Task.Run(() => TestInGuest("uml", inGuest));
            TestHere($"{here}&TestCategory!=Live");
            var faults = System.Threading.Tasks.Task.Run(() => TestHere($"{here}&TestCategory=Live&TestCategory=Faults"));
            TestHere($"{here}&TestCategory=Live&TestCategory!=Faults");
            System.Threading.Tasks.Task.WaitAll(guest, faults);
        }
        else
        {
            // NUnit runs tests that are to be asked for only where the filter is their category, and no other word.
            TestHere(explicitly.Contains(filter) ? "" : here);
            if (filter.Contains("Kernel"))
                TestInGuest("uml", inGuest);
            if (filter == Failover)
            {
                filter = "";
                TestInGuest("uml", "TestCategory=FailoverKernel");
            }
        }
        Summarize();
    });

// The pictures of docs/images, taken of a lab of three hosts.
Task("Pictures")
    .IsDependentOn("Build")
    .Does(() =>
    {
        Install(tools);
        Install(new Dictionary<string, string> { ["chromium"] = "chromium" });
        DotNetTest("Fabric.Tests", new DotNetTestSettings
        {
            Configuration = configuration,
            NoRestore = true,
            NoBuild = true,
            NoLogo = true,
            Filter = "FullyQualifiedName~DashboardLiveTest",
            EnvironmentVariables = { ["FABRIC_PICTURES"] = "docs/images" },
        });
    });

// What it takes two processors to show. They are emulated, so it takes minutes too.
Task("Test-Smp")
    .IsDependentOn("Build")
    .Does(() =>
    {
        CleanDirectory(results);
        TestInGuest("tcg", "TestCategory=Smp");
        Summarize();
    });

Task("Tidy")
    .Does(() =>
    {
        Run("dotnet", "csharpier check .");
        Information("tidy");
    });

Task("Format")
    .Does(() => Run("dotnet", "csharpier format ."));

Task("Demo")
    .IsDependentOn("Pack")
    .Does(() =>
    {
        Install(tools);
        Run(Program, "lab demo --name demo --hosts 3");
    });

Task("Bench")
    .IsDependentOn("Build")
    .Does(() =>
    {
        Install(tools);
        Install(benchTools);
        Run("dotnet", $"artifacts/bin/Fabric.Bench/{configuration.ToLowerInvariant()}/Fabric.Bench.dll --rounds {rounds} {suite}");
    });

Task("Pack")
    .IsDependentOn("Hives")
    .IsDependentOn("Pages")
    .Does(() =>
    {
        Publish(isBuilt: false);
        Run(Program, "version");
    });

RunTarget(target);

void Publish(bool isBuilt)
{
    CleanDirectory(Packed);
    DotNetPublish("Fabric.Agent", new DotNetPublishSettings
    {
        Configuration = configuration,
        OutputDirectory = Packed,
        NoBuild = isBuilt,
        NoRestore = isBuilt,
        NoLogo = true,
        Verbosity = DotNetVerbosity.Quiet,
        MSBuildSettings = Properties(),
    });
}

// The tests and the agents that they start run the code that is shipped, compiled ahead: hundreds of agents start in half the time.
void PackBesideTests()
{
    Publish(isBuilt: true);
    var tests = $"artifacts/bin/Fabric.Tests/{configuration.ToLowerInvariant()}";
    foreach (var library in GetFiles($"{Packed}/*.dll").Where(library => System.IO.File.Exists($"{tests}/{library.GetFilename()}")))
        CopyFileToDirectory(library, tests);
}

DotNetMSBuildSettings Properties()
{
    var settings = new DotNetMSBuildSettings();
    if (hasAkka)
        settings.WithProperty("Akka", "true");
    if (hasAkka && akkaFeed != "")
        settings.WithProperty("AkkaFeed", MakeAbsolute(Directory(akkaFeed)).FullPath);
    return settings;
}

// The packages of Akka.NET that cannot be had, or nothing. Asked once: a restore tells, and its answer is kept until the question is another.
string ProbeAkka()
{
    const string probe = "artifacts/akka-probe/answer.txt";
    var feeds = StartProcess("dotnet", new ProcessSettings { Arguments = "nuget list source --format short", RedirectStandardOutput = true }, out var sources) == 0
        ? string.Join(' ', sources)
        : "";
    var asked = System.IO.File.ReadAllText("Akka.Packages.props") + akkaFeed + feeds;
    var question = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(asked)));
    if (System.IO.File.Exists(probe) && System.IO.File.ReadAllLines(probe) is [var before, var known] && before == question)
        return known;
    EnsureDirectoryExists("artifacts/akka-probe");
    EnsureDirectoryExists("artifacts/akka-feed");
    var feed = akkaFeed == "" ? "" : $" -p:AkkaFeed={MakeAbsolute(Directory(akkaFeed)).FullPath}";
    var locks = MakeAbsolute(Directory("artifacts/akka-probe")).FullPath;
    var settings = new ProcessSettings { Arguments = $"restore Fabric.Akka -p:Akka=true -p:AkkaLocks={locks}{feed}", RedirectStandardOutput = true, RedirectStandardError = true };
    var missing = "";
    if (StartProcess("dotnet", settings, out var said, out _) != 0)
    {
        // NU1101 to NU1103: no such package, or not of that version. NU1603 to NU1605: another version stands in for it.
        var lines = said.Select(line => Regex.Match(line, @"error NU(?:110[123]|160[345]): (?:.* depends on |Unable to find (?:a stable )?package )'?([\w.]+)"));
        var names = lines.Where(line => line.Success).Select(line => line.Groups[1].Value.Trim('.')).Distinct().Order().ToList();
        // For another reason it may be had the next time.
        if (names.Count == 0)
            return $"an answer ({said.FirstOrDefault(line => line.Contains("error"))?.Trim()})";
        missing = string.Join(", ", names);
    }
    System.IO.File.WriteAllText(probe, $"{question}\n{missing}\n");
    return missing;
}

// Names and contents of all files of a folder.
string HashOf(string folder)
{
    using var all = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
    foreach (var file in System.IO.Directory.GetFiles(folder, "*", System.IO.SearchOption.AllDirectories).Order(StringComparer.Ordinal))
    {
        all.AppendData(System.Text.Encoding.UTF8.GetBytes(file));
        all.AppendData(System.IO.File.ReadAllBytes(file));
    }
    return Convert.ToHexString(all.GetHashAndReset());
}

void Run(string command, string arguments)
{
    var code = StartProcess(command, new ProcessSettings { Arguments = arguments });
    if (code != 0)
        throw new CakeException(code, $"`{command} {arguments}` ended with code {code}");
}

string Filter(string wanted) => filter == "" ? wanted : wanted == "" ? filter : $"({filter})&{wanted}";

void TestHere(string wanted, string noGuest = "")
{
    var settings = new DotNetTestSettings
    {
        Configuration = configuration,
        NoRestore = true,
        NoBuild = true,
        NoLogo = true,
        Loggers = { "trx" },
        ResultsDirectory = results,
        Filter = Filter(wanted),
        Verbosity = DotNetVerbosity.Quiet,
    };
    if (laws > 0)
        settings.EnvironmentVariables["FABRIC_LAWS"] = laws.ToString();
    if (world > 0)
        settings.EnvironmentVariables["FABRIC_WORLD"] = world.ToString();
    if (noGuest != "")
        settings.EnvironmentVariables["FABRIC_NO_GUEST"] = noGuest;
    try
    {
        DotNetTest("Fabric.Tests", settings);
    }
    catch (Exception exception)
    {
        Break(exception.Message);
    }
}

void Break(string why)
{
    lock (broken)
        broken.Add(why);
}

// Runs tests in a guest kernel (docs/testing-kernel.md). Where there can be none they are skipped, each with the reason.
void TestInGuest(string mode, string wanted)
{
    var assembly = $"artifacts/bin/Fabric.Tests/{configuration.ToLowerInvariant()}/Fabric.Tests.dll";
    var command = $"dotnet vstest {assembly} --TestCaseFilter:'{Filter(wanted)}' --logger:trx --ResultsDirectory:/out";
    var settings = new ProcessSettings
    {
        Arguments = new ProcessArgumentBuilder().Append("run").AppendQuoted(command),
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        EnvironmentVariables = new Dictionary<string, string>
        {
            ["MODE"] = mode,
            ["OUT"] = $"{results}/guest",
            ["TIMEOUT"] = "1200",
            ["FABRIC_DATAPATH"] = "kernel",
        },
    };
    var code = StartProcess(Guest, settings, out var printed, out var said);
    Information("in the guest kernel:\n{0}", string.Join('\n', printed));
    // The last is what the machine cannot; lines before it are of tools.
    if (code == CannotRunGuest)
        TestHere("TestCategory=Kernel", said.LastOrDefault() ?? "");
    else if (code != 0)
        Break($"in the guest kernel: {string.Join('\n', said.DefaultIfEmpty($"tests ended with code {code}"))}");
}

// Installs what is missing, where that is possible, or names it.
void Install(IReadOnlyDictionary<string, string> wanted)
{
    var missing = wanted.Where(tool => !IsHere(tool.Key)).Select(tool => tool.Value).Distinct().ToList();
    if (missing.Count == 0)
        return;
    var packages = string.Join(' ', missing);
    if (Environment.UserName != "root" || !OnPath("apt-get"))
        throw new CakeException($"these packages are missing: {packages}; install them and run this again");
    Information($"installing {packages}");
    var quiet = new ProcessSettings { Arguments = "update -qq", RedirectStandardOutput = true };
    StartProcess("apt-get", quiet);
    var settings = new ProcessSettings { Arguments = $"install -y -qq --no-install-recommends {packages}", RedirectStandardOutput = true };
    settings.EnvironmentVariables = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" };
    if (StartProcess("apt-get", settings) != 0)
        throw new CakeException($"apt-get could not install {packages}; install them by hand and run this again");
}

// A command, or with its whole path a file.
bool IsHere(string tool) =>
    System.IO.Path.IsPathRooted(tool) ? System.IO.File.Exists(tool) : OnPath(tool) || Context.Tools.Resolve(tool) is not null;

bool OnPath(string tool) =>
    (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin").Split(':').Any(folder => System.IO.File.Exists(System.IO.Path.Combine(folder, tool)));

// Reads what the test runner wrote: names what failed and what was skipped with its reason, and counts.
void Summarize()
{
    XNamespace ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
    int passed = 0, failed = 0, skipped = 0;
    foreach (var file in GetFiles($"{results}/**/*.trx"))
    {
        var place = file.FullPath.Contains("/test-results/guest/") ? "in the guest kernel: " : "";
        foreach (var result in XDocument.Load(file.FullPath).Descendants(ns + "UnitTestResult"))
        {
            var outcome = (string)result.Attribute("outcome");
            var message = (string)result.Descendants(ns + "Message").FirstOrDefault() ?? "";
            if (outcome == "Passed")
                passed++;
            else if (outcome == "NotExecuted")
            {
                skipped++;
                Information($"skipped {place}{(string)result.Attribute("testName")}: {message.Split('\n')[0]}");
            }
            else
            {
                failed++;
                Error($"failed {place}{(string)result.Attribute("testName")}: {message}");
            }
        }
    }
    // A run that broke off without a failed test has failed all the same.
    if (failed == 0 && (broken.Count > 0 || passed + skipped == 0))
        failed = 1;
    EnsureDirectoryExists("artifacts");
    System.IO.File.WriteAllText("artifacts/summary.txt", $"{passed} passed, {failed} failed, {skipped} skipped\n");
    if (failed > 0)
        throw new CakeException(string.Join('\n', broken.DefaultIfEmpty("no test ran")));
}
