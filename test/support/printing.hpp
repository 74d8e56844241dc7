// Output operators for Boost.Test, so that BOOST_TEST(a == b) shows both values.
#pragma once

#include <clerk/error.hpp>
#include <clerk/metadata.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <ostream>
#include <type_traits>

namespace clerk::test {

template <class T>
concept Streamable = requires(std::ostream& out, T const& value) { out << value; };
template <class T>
concept UnprintableEnum = std::is_enum_v<T> && !Streamable<T>;

}  // namespace clerk::test

namespace boost::test_tools::tt_detail {

// Prints the number of the enumerator.
template <clerk::test::UnprintableEnum E>
struct print_log_value<E> {
    void operator()(std::ostream& out, E value) const { out << +static_cast<std::underlying_type_t<E>>(value); }
};

template <>
struct print_log_value<clerk::StopReason> {
    void operator()(std::ostream& out, clerk::StopReason reason) const { out << '"' << to_string(reason) << '"'; }
};

template <>
struct print_log_value<clerk::Metadata> {
    void operator()(std::ostream& out, clerk::Metadata const& metadata) const { out << metadata.text(); }
};

template <class Rep, class Period>
struct print_log_value<std::chrono::duration<Rep, Period>> {
    void operator()(std::ostream& out, std::chrono::duration<Rep, Period> value) const {
        out << std::chrono::duration<double, std::milli>{value}.count() << " ms";
    }
};

template <class Clock, class Duration>
struct print_log_value<std::chrono::time_point<Clock, Duration>> {
    void operator()(std::ostream& out, std::chrono::time_point<Clock, Duration> value) const {
        print_log_value<Duration>{}(out, value.time_since_epoch());
    }
};

template <>
struct print_log_value<std::nullopt_t> {
    void operator()(std::ostream& out, std::nullopt_t) const { out << "nothing"; }
};

template <class T>
struct print_log_value<std::optional<T>> {
    void operator()(std::ostream& out, std::optional<T> const& value) const {
        if (value) {
            print_log_value<T>{}(out, *value);
        } else {
            out << "nothing";
        }
    }
};

}  // namespace boost::test_tools::tt_detail
