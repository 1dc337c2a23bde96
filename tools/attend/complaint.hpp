#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace attend::tools {

/// The sentence with a full stop; sentences of the library have none, so that a host may go on with them.
std::string with_full_stop(std::string_view sentence);

/// Says what is amiss, in one line.
void complain(std::ostream& out, std::string_view sentence);

}  // namespace attend::tools
