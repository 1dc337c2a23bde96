#include "listen_stream_source.hpp"

#include <gmock/gmock.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <functional>

#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using testing::ElementsAre;
using testing::HasSubstr;

/// Notes what a source tells; `then` is called after each.
class Notes : public SourceListener {
 public:
  void sound_begins(int sample_rate) override { note("begins " + std::to_string(sample_rate)); }
  void sound(std::span<const std::int16_t> samples) override {
    for (const std::int16_t sample : samples) heard.push_back(sample);
    if (then) then();
  }
  void samples_lost(std::uint64_t) override {}
  void sound_breaks(const std::string& sentence) override { note("breaks: " + sentence); }
  void sound_ends(const std::string& fault) override { note("ends: " + fault); }

  std::vector<std::string> lines;
  std::vector<int> heard;
  std::function<void()> then;

 private:
  void note(const std::string& line) {
    lines.push_back(line);
    if (then) then();
  }
};

/// Gives each caller two samples and hangs up.
template <typename Protocol>
class SpeakerAt {
 public:
  SpeakerAt(asio::io_context& loop, const typename Protocol::endpoint& endpoint) : acceptor_(loop, endpoint) { accept(); }
  void close() { acceptor_.close(); }

  std::string bytes = std::string("\1\0\2\0", 4);

 private:
  void accept() {
    acceptor_.async_accept([this](const boost::system::error_code& fault, typename Protocol::socket socket) {
      if (fault) return;
      asio::write(socket, asio::buffer(bytes));
      socket.close();
      accept();
    });
  }

  typename Protocol::acceptor acceptor_;
};

class Speaker : public SpeakerAt<stream_protocol> {
 public:
  Speaker(asio::io_context& loop, const std::string& path) : SpeakerAt(loop, stream_protocol::endpoint(path)) {}
};

/// A port that nobody has at the moment.
std::uint16_t free_port(asio::io_context& loop) {
  asio::ip::tcp::acceptor acceptor(loop, {asio::ip::make_address("127.0.0.1"), 0});
  return acceptor.local_endpoint().port();
}

class StreamSourceTest : public testing::Test {
 protected:
  std::unique_ptr<StreamSource> open(const std::string& address, bool once = false) {
    return std::make_unique<StreamSource>(loop, address, make_connector(loop, *parse_listen_address(address)), RawFormat{}, once);
  }

  test::TemporaryFolder folder;
  asio::io_context loop;
  Notes notes;
};

TEST_F(StreamSourceTest, CallsAgainWhenTheOtherSideHangsUp) {
  const std::string path = (folder / "socket").string();
  Speaker speaker(loop, path);
  const auto source = open("unix:" + path);
  notes.then = [&] {
    if (notes.heard.size() == 4) {
      source->stop();
      speaker.close();
    }
  };
  source->start(notes);
  loop.run();
  EXPECT_THAT(notes.heard, ElementsAre(1, 2, 1, 2));
  EXPECT_THAT(notes.lines, ElementsAre("begins 16000", HasSubstr("has closed the connection; trying again"), "begins 16000"));
}

TEST_F(StreamSourceTest, WaitsForASocketThatIsNotThereYetAndSaysSoOnce) {
  const std::string path = (folder / "socket").string();
  std::optional<Speaker> speaker;
  const auto source = open("unix:" + path);
  notes.then = [&] {
    if (!speaker) speaker.emplace(loop, path);
    if (notes.heard.size() == 2) {
      source->stop();
      speaker->close();
    }
  };
  source->start(notes);
  loop.run();
  EXPECT_THAT(notes.heard, ElementsAre(1, 2));
  EXPECT_THAT(notes.lines, ElementsAre(HasSubstr("cannot be reached: No such file or directory; trying again"), "begins 16000"));
}

TEST_F(StreamSourceTest, CallsAServerUntilItAnswersAndAgainWhenItHangsUp) {
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address("127.0.0.1"), free_port(loop));
  std::optional<SpeakerAt<asio::ip::tcp>> server;
  const auto source = open("tcp://localhost:" + std::to_string(endpoint.port()));
  notes.then = [&] {
    if (!server) server.emplace(loop, endpoint);
    if (notes.heard.size() == 4) {
      source->stop();
      server->close();
    }
  };
  source->start(notes);
  loop.run();
  EXPECT_THAT(notes.heard, ElementsAre(1, 2, 1, 2));
  EXPECT_THAT(notes.lines,
              ElementsAre(HasSubstr("cannot be reached: Connection refused; trying again, at first after 0.5 s"), "begins 16000",
                          HasSubstr("has closed the connection; trying again, at first after 0.5 s"), "begins 16000"));
}

TEST_F(StreamSourceTest, EndsAtTheFirstEndIfTold) {
  const std::string path = (folder / "socket").string();
  Speaker speaker(loop, path);
  const auto source = open("unix:" + path, true);
  notes.then = [&] {
    if (notes.lines.back().starts_with("ends")) speaker.close();
  };
  source->start(notes);
  loop.run();
  EXPECT_THAT(notes.heard, ElementsAre(1, 2));
  EXPECT_THAT(notes.lines, ElementsAre("begins 16000", "ends: "));

  loop.restart();
  notes = {};
  const auto missing = open("unix:" + (folder / "missing").string(), true);
  missing->start(notes);
  loop.run();
  EXPECT_THAT(notes.lines, ElementsAre(HasSubstr("cannot be reached: No such file or directory.")));
}

TEST_F(StreamSourceTest, TakesOneCallerAfterTheOther) {
  const std::string port = std::to_string(free_port(loop));
  const auto source = open("tcp-listen://localhost:" + port);
  const auto addresses = asio::ip::tcp::resolver(loop).resolve("localhost", port);
  asio::ip::tcp::socket caller(loop);
  const auto call = [&] {
    boost::system::error_code fault;
    do {  // its name is being looked up
      loop.poll();
      asio::connect(caller, addresses, fault);
    } while (fault);
    asio::write(caller, asio::buffer(std::string("\7\0", 2)));
    caller.close();
  };
  notes.then = [&] {
    if (notes.heard.size() == 2) {
      source->stop();
    } else if (notes.lines.back().starts_with("breaks")) {
      call();
    }
  };
  source->start(notes);
  call();
  loop.run();
  EXPECT_THAT(notes.heard, ElementsAre(7, 7));
  EXPECT_THAT(notes.lines, ElementsAre("begins 16000", HasSubstr("waiting for the next one."), "begins 16000"));
}

TEST_F(StreamSourceTest, ReadsNothingWhilePaused) {
  const std::string path = (folder / "socket").string();
  Speaker speaker(loop, path);
  speaker.bytes = std::string(1 << 15, '\1');
  const auto source = open("unix:" + path, true);
  int calls = 0;
  notes.then = [&] {
    if (!notes.heard.empty() && ++calls == 1) source->pause();
    if (notes.lines.back().starts_with("ends")) speaker.close();
  };
  source->start(notes);
  while (calls == 0) loop.run_one();
  const std::size_t heard = notes.heard.size();
  loop.run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(notes.heard.size(), heard);
  source->resume();
  loop.run();
  EXPECT_EQ(notes.heard.size(), std::size_t{1} << 14);
}

TEST_F(StreamSourceTest, HandsOverWhatHasComeEvenWhilePaused) {
  const std::string path = (folder / "socket").string();
  Speaker speaker(loop, path);
  speaker.bytes = std::string(1 << 15, '\1');
  const auto source = open("unix:" + path);
  notes.then = [&] { source->pause(); };
  source->start(notes);
  while (notes.heard.empty()) loop.run_one();
  notes.then = nullptr;
  source->stop();
  speaker.close();
  loop.run();
  EXPECT_EQ(notes.heard.size(), std::size_t{1} << 14);
}

TEST_F(StreamSourceTest, RefusesAFileWithAHeader) {
  const std::string path = (folder / "socket").string();
  Speaker speaker(loop, path);
  speaker.bytes = "RIFF....WAVEfmt ";
  const auto source = open("unix:" + path);
  notes.then = [&] { speaker.close(); };
  source->start(notes);
  loop.run();
  EXPECT_THAT(notes.lines, ElementsAre(HasSubstr("gives a file with a header where headerless PCM is expected")));
  EXPECT_TRUE(notes.heard.empty());
}

}  // namespace
}  // namespace attend::tools
